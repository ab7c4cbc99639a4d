"""What the figures come to: medians, spreads, ratios and targets, as a value, and as tables."""

import statistics

from metrics import METRICS, Metric, Target, metric
from session import DIRECT, Session, generator_bound

SUBJECT = "socketbridge"


def summarize(session: Session, targets: list[Target], machine: dict) -> dict:
    """All of it, as it is written to the JSON file."""
    figures = {each.name: _figures(session, each) for each in METRICS}
    figures = {name: by_candidate for name, by_candidate in figures.items() if by_candidate}
    peers = [candidate.name for candidate in session.candidates if candidate.is_peer]
    return {
        "machine": machine,
        "settings": {
            "rounds": session.settings.rounds,
            "turn_seconds": session.settings.turn_seconds,
            "starts": session.settings.starts,
            "pinned": session.settings.pin,
            "shape": f"client -> unix -> A -> {session.network} over loopback -> B -> unix -> server: four processes on "
                     f"{machine['cores']} cores, each proxy with one thread",
            "idle_connections": session.idle_connections,
            "stopped_readers": session.stopped_readers,
        },
        "candidates": {
            DIRECT: {"title": "Unix socket, direct", "version": ""},
            **{each.name: {"title": each.title, "version": each.version} for each in session.candidates},
        },
        "metrics": {
            name: {
                "title": metric(name).title,
                "more_is_better": metric(name).more_is_better,
                "figures": {
                    candidate: {
                        "median": statistics.median(values), "least": min(values), "most": max(values),
                        "values": [round(value, 4) for value in values],
                    } for candidate, values in by_candidate.items()
                },
                "best_peer": _best_peer(metric(name), by_candidate, peers),
                "ratio_to_best_peer": _ratio(by_candidate, _best_peer(metric(name), by_candidate, peers)),
                "ratio_to_floor": _ratio(by_candidate, "floor"),
            } for name, by_candidate in figures.items()
        },
        "targets": [outcome for target in targets if (outcome := _outcome(target, figures, peers))],
        "generator_bound": generator_bound(session.turns),
        "busy": _busy(session),
        "failures": [{"candidate": candidate, "what": what, "why": why} for candidate, what, why in session.failures],
    }


def _figures(session: Session, wanted: Metric) -> dict[str, list[float]]:
    """By candidate, in the order of rounds. A load at which a candidate failed has no figure."""
    if wanted.name in session.single:
        return session.single[wanted.name]
    figures: dict[str, list[float]] = {}
    for turn in session.turns:
        failed = any(turn.candidate == name and what == turn.load for name, what, _ in session.failures)
        direct_cpu = turn.candidate == DIRECT and "cpu" in wanted.name
        if turn.round > 0 and wanted.name in turn.values and not failed and not direct_cpu:
            figures.setdefault(turn.candidate, []).append(turn.values[wanted.name])
    order = [DIRECT, *(each.name for each in session.candidates)]
    return {name: figures[name] for name in order if name in figures}


def _best_peer(wanted: Metric, figures: dict[str, list[float]], peers: list[str]) -> str | None:
    there = [name for name in peers if name in figures]
    if not there:
        return None
    best = max if wanted.more_is_better else min
    return best(there, key=lambda name: statistics.median(figures[name]))


def _ratio(figures: dict[str, list[float]], other: str | None, subject: str = SUBJECT) -> dict | None:
    """A subject's figure over another's, round by round."""
    if other not in figures or subject not in figures:
        return None
    ratios = [own / its for own, its in zip(figures[subject], figures[other]) if its > 0]
    if not ratios:
        return None
    return {"median": statistics.median(ratios), "least": min(ratios), "most": max(ratios)}


def _outcome(target: Target, figures: dict[str, dict[str, list[float]]], peers: list[str]) -> dict | None:
    by_candidate = figures.get(target.metric, {})
    if target.subject not in by_candidate:
        return None
    wanted = metric(target.metric)
    if target.against:
        other = _best_peer(wanted, by_candidate, peers) if target.against == "peer" else "floor"
        ratio = _ratio(by_candidate, other, target.subject)
        if ratio is None:
            return None
        reached = ratio["median"]
    else:
        other, reached = None, statistics.median(by_candidate[target.subject])
    met = reached >= target.bound if wanted.more_is_better else reached <= target.bound
    return {"metric": target.metric, "subject": target.subject, "against": other, "bound": target.bound, "reached": reached, "met": met}


def _whose(target: dict) -> str:
    return "" if target["subject"] == SUBJECT else f" ({target['subject']})"


def _busy(session: Session) -> dict:
    """CPU time over wall time, by load and candidate: whether the machine was full, and of what."""
    result: dict[str, dict] = {}
    for load in session.loads:
        for name in [DIRECT, *(each.name for each in session.candidates)]:
            own = [turn for turn in session.turns if (turn.load, turn.candidate) == (load.name, name) and turn.round > 0]
            if own:
                result.setdefault(load.name, {})[name] = {
                    "client": round(statistics.median(turn.client_busy for turn in own), 3),
                    "server": round(statistics.median(turn.server_busy for turn in own), 3),
                    "proxies": round(statistics.median(turn.proxies_busy for turn in own), 3),
                }
    return result


def markdown(summary: dict) -> str:
    """The table for the README, and beneath it what one must know to read it."""
    names = list(summary["candidates"])
    titles = [_titled(summary["candidates"][name]) for name in names]
    lines = ["| | " + " | ".join(titles) + " | to the best peer |", "| --- |" + " ---: |" * (len(names) + 1)]
    for name, each in summary["metrics"].items():
        cells = [_cell(each["figures"].get(candidate), metric(name).digits) for candidate in names]
        ratio = each["ratio_to_best_peer"]
        against = f"{ratio['median']:.2f}× {each['best_peer']}" if ratio else ""
        lines.append(f"| {each['title']} | " + " | ".join(cells) + f" | {against} |")
    return "\n".join([*lines, "", _footnote(summary)])


def _titled(candidate: dict) -> str:
    return f"{candidate['title']} {candidate['version']}".strip()


def _cell(figure: dict | None, digits: int) -> str:
    return f"{figure['median']:,.{digits}f}" if figure else "–"


def _footnote(summary: dict) -> str:
    machine, settings = summary["machine"], summary["settings"]
    idle, stopped = (", ".join(f"{count:,} for {name}" for name, count in settings[kind].items())
                     for kind in ("idle_connections", "stopped_readers"))
    return (
        f"{machine['date'][:10]}, Linux {machine['kernel']}, {machine['cores']} cores ({machine['cpu']}). "
        f"Medians of {settings['rounds']} rounds of {settings['turn_seconds']:g} s, all candidates in turn; the last column "
        f"is the median of each round's ratio. {settings['shape'][0].upper()}{settings['shape'][1:]}"
        f"{', client and A on one core, B and server on another' if settings['pinned'] else ', not pinned'}. CPU is of A and B "
        f"together; memory is the proportional set size of A, unless it says of both. Idle connections: {idle}. Stopped readers: {stopped}.")


def text(summary: dict) -> str:
    """For a terminal: the table with its spreads, the targets, and what to beware of."""
    names = list(summary["candidates"])
    rows = [["", *names, "ratio", "best peer"]]
    for name, each in summary["metrics"].items():
        cells = []
        for candidate in names:
            figure = each["figures"].get(candidate)
            spread = (f" ±{(figure['most'] - figure['least']) / 2 / figure['median']:.0%}"
                      if figure and figure["median"] > 0 else "")
            cells.append(_cell(figure, metric(name).digits) + spread)
        ratio = each["ratio_to_best_peer"]
        rows.append([each["title"], *cells,
                     f"{ratio['median']:.2f} ({ratio['least']:.2f}-{ratio['most']:.2f})" if ratio else "",
                     each["best_peer"] or ""])
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = ["  ".join(cell.ljust(width) if i == 0 else cell.rjust(width)
                       for i, (cell, width) in enumerate(zip(row, widths))) for row in rows]
    lines += ["", "Targets:"]
    for target in summary["targets"]:
        wanted = metric(target["metric"])
        unit = f" times {target['against']}'s" if target["against"] else ""
        lines.append(f"  {'met   ' if target['met'] else 'MISSED'}  {wanted.title}{_whose(target)}: {target['reached']:,.2f}{unit}, "
                     f"{'at least' if wanted.more_is_better else 'at most'} {target['bound']:g}")
    if summary["machine"]["busy_before"] > 0.1:
        lines += ["", f"BEWARE: others used {summary['machine']['busy_before']:.0%} of the machine before it began"]
    if summary["generator_bound"]:
        lines += ["", "The load generator may be what limits:", *(f"  {each}" for each in summary["generator_bound"])]
    if summary["failures"]:
        lines += ["", "FAILED:", *(f"  {each['candidate']}, {each['what']}: {each['why']}" for each in summary["failures"])]
    return "\n".join(lines)
