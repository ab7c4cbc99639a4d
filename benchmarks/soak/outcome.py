"""What a run came to: as a value for the JSON file, and in words."""

import dataclasses

from sidecars import Sidecar
from soak import Soak


def summarize(soak: Soak, machine: dict) -> dict:
    load = soak.load
    return {
        "passed": not soak.failed,
        "machine": machine,
        "settings": dataclasses.asdict(soak.settings),
        "seconds": round(soak.elapsed()),
        "counts": dict(load.counts),
        "kinds": dict(load.kinds),
        "restarts": soak.restarts,
        "quiet_moments": soak.quiet_moments,
        "slowest_return_seconds": round(soak.slowest_return_seconds, 1),
        "trends": {name: {**dataclasses.asdict(each), "growth_mib": round(each.growth_mib, 2)} for name, each in soak.trends.items()},
        "generations": [_generation(each) for sidecar in soak.sidecars for each in _lives(sidecar)],
        "violations": soak.violations,
        "faults": dict(load.faults),
        "evidence": load.evidence,
    }


def _lives(sidecar: Sidecar) -> list:
    return [generation.watch for generation in sidecar.generations if generation.watch.samples]


def _generation(watch) -> dict:
    samples = watch.samples
    return {
        "name": watch.name,
        "seconds": samples[-1].seconds,
        "pss_mib": [round(each.pss_kib / 1024, 1) for each in (samples[0], samples[-1], max(samples, key=lambda s: s.pss_kib))],
        "settled": [dataclasses.astuple(each) for each in watch.settled],
        "most_descriptors": max(each.descriptors for each in samples),
        "most_threads": max(each.threads for each in samples),
        "samples": [dataclasses.astuple(each) for each in samples[::max(1, len(samples) // 200)]],
    }


def markdown(summary: dict) -> str:
    """For a person: what was done, what was found."""
    counts, settings = summary["counts"], summary["settings"]
    lines = [
        f"**{'Passed' if summary['passed'] else 'FAILED'}**: seed {settings['seed']}, {summary['seconds']} s,"
        f" {counts['connections']:,} connections, {counts['bytes'] / 1e9:.1f} GB, every byte checked"
        f" ({summary['machine']['date'][:10]}, Linux {summary['machine']['kernel']}, {summary['machine']['cores']} cores).",
        "",
        "| | |", "| --- | ---: |",
        *(f"| {name} | {count:,} |" for name, count in sorted(counts.items()) if name not in ("connections", "bytes")),
        *(f"| {name} | {count} |" for name, count in sorted(summary["restarts"].items())),
        *(f"| connections: {name} | {count:,} |" for name, count in sorted(summary["kinds"].items())),
        f"| quiet moments, at which all descriptors were given back | {summary['quiet_moments']} |",
        f"| longest time that took, s | {summary['slowest_return_seconds']} |",
        "",
        "| sidecar, while it was let live | PSS, second quarter | last quarter | threads |", "| --- | ---: | ---: | ---: |",
        *(f"| {name} | {each['second_quarter_kib'] / 1024:.1f} MiB | {each['last_quarter_kib'] / 1024:.1f} MiB"
          f" | {each['second_quarter_threads']}, {each['last_quarter_threads']} |" for name, each in summary["trends"].items()),
    ]
    if not summary["passed"]:
        lines += ["", "Violations:", "", *(f"- {each}" for each in summary["violations"]),
                  *(f"- {name}: {count:,}" for name, count in summary["faults"].items())]
        lines += ["", "The first of them:", "", *(f"- {each}" for each in summary["evidence"][:10])]
    return "\n".join(lines)
