"""Runs the benchmarks: see benchmarks/README.md. Python 3.11 and its standard library are enough."""

import argparse
import dataclasses
import json
import pathlib
import signal
import sys
import tempfile

sys.dont_write_bytecode = True

import candidates  # noqa: E402
import chart  # noqa: E402
import encrypted  # noqa: E402
import machine  # noqa: E402
import report  # noqa: E402
from metrics import ENCRYPTED_TARGETS, LOADS, TARGETS  # noqa: E402
from process import Failed  # noqa: E402
from session import Session, Settings  # noqa: E402

# Two for each of 10,000 connections, and some.
DESCRIPTORS = 20_000 + candidates.SPARE_DESCRIPTORS


def main() -> int:
    options = _options()
    # So that what was started is stopped, however this ends.
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit(1))
    signal.signal(signal.SIGINT, signal.default_int_handler)
    machine.raise_descriptor_limit(DESCRIPTORS)
    loads = [each for each in LOADS if not options.loads or each.name in options.loads]
    candidates.train_socketbridge()
    described = {**machine.describe(), "busy_before": round(machine.busy_share(), 3)}
    failed = False
    for suite in ("plain", "tls") if options.suite == "all" else (options.suite,):
        failed |= _run(suite, options, loads, described)
    return 1 if failed else 0


def _run(suite: str, options: argparse.Namespace, loads: list, described: dict) -> bool:
    """Runs and reports one suite; whether something of ours failed in it."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        directory = pathlib.Path(name)
        if suite == "plain":
            entered, targets, network, title = candidates.all_candidates(), TARGETS, "TCP", "latest"
        else:
            entered = encrypted.encrypted_candidates(encrypted.make_certificates(directory))
            targets, network, title = ENCRYPTED_TARGETS, "mutual TLS 1.3", "latest-tls"
        chosen = [each for each in entered
                  if (each.name in options.only if options.only else each.quick or not options.quick)]
        session = Session(chosen, loads, _settings(options), directory, network)
        session.run()
    summary = report.summarize(session, targets, described)
    options.output.mkdir(parents=True, exist_ok=True)
    (options.output / f"{title}.json").write_text(json.dumps(summary, indent=1, ensure_ascii=False) + "\n")
    (options.output / f"{title}.md").write_text(report.markdown(summary) + "\n")
    (options.output / f"{title}.svg").write_text(chart.svg(summary))
    print(report.text(summary))
    return any(each["candidate"] in ("direct", "floor") or each["candidate"].startswith("socketbridge")
               for each in summary["failures"])


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="under five minutes, for a first impression")
    parser.add_argument("--suite", choices=("plain", "tls", "all"), default="all",
                        help="TCP between A and B, mutual TLS, or both")
    parser.add_argument("--rounds", type=int, help="rounds that count")
    parser.add_argument("--seconds", type=float, help="length of a turn")
    parser.add_argument("--only", nargs="+", metavar="CANDIDATE", help="of floor, socat, haproxy, nginx, socketbridge, ...")
    parser.add_argument("--loads", nargs="+", metavar="LOAD", help=f"of {', '.join(each.name for each in LOADS)}")
    parser.add_argument("--pin", action="store_true", help="client and A on one core, B and server on another")
    parser.add_argument("--output", type=pathlib.Path, default=candidates.ROOT / "benchmarks" / "results")
    return parser.parse_args()


def _settings(options: argparse.Namespace) -> Settings:
    if options.quick:
        settings = Settings(rounds=3, turn_seconds=0.8, jit_warm_up_seconds=5, starts=3, settled=1, stopped_readers=200, pin=options.pin)
    else:
        settings = Settings(rounds=10, turn_seconds=3, jit_warm_up_seconds=10, starts=7, settled=3, stopped_readers=1000,
                            pin=options.pin)
    return dataclasses.replace(settings, rounds=options.rounds or settings.rounds,
                               turn_seconds=options.seconds or settings.turn_seconds)


try:
    sys.exit(main())
except Failed as e:
    sys.exit(f"bench: {e}")
except KeyboardInterrupt:
    sys.exit("bench: stopped; nothing was written")
