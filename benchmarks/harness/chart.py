"""The figures as an SVG file: small bar charts side by side, readable on a light and on a dark page."""

from xml.sax.saxutils import escape

from metrics import metric

_SHOWN = [
    "stream-16-mb-per-second", "stream-16-cpu-seconds-per-gb",
    "rounds-64-per-second", "rounds-64-cpu-microseconds",
    "rounds-1-p50-microseconds", "connects-per-second",
]
_HIDDEN = {"direct", "socketbridge-2"}

_COLUMNS, _PANEL_WIDTH, _GAP, _MARGIN = 2, 400, 32, 20
_LABEL_WIDTH, _VALUE_WIDTH, _BAR, _BAR_GAP = 120, 60, 16, 6

# Its own background too, for viewers that know nothing of dark pages.
_STYLE = """
.page { fill: #ffffff }
text { font: 13px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; fill: #1f2328 }
.title { font-weight: 600 } .hint, .note { fill: #59636e; font-size: 11px }
.peer { fill: #8c959f } .floor { fill: #c4cbd2 } .own { fill: #0969da } .end { text-anchor: end }
@media (prefers-color-scheme: dark) {
.page { fill: #0d1117 }
text { fill: #e6edf3 } .hint, .note { fill: #9198a1 } .peer { fill: #6e7681 } .floor { fill: #3d444d } .own { fill: #4493f8 }
}
"""


def svg(summary: dict) -> str:
    names = [name for name in summary["candidates"] if name not in _HIDDEN]
    shown = [name for name in _SHOWN if name in summary["metrics"]]
    panel_height = 34 + len(names) * (_BAR + _BAR_GAP) + 14
    rows = (len(shown) + _COLUMNS - 1) // _COLUMNS
    width = 2 * _MARGIN + _COLUMNS * _PANEL_WIDTH + (_COLUMNS - 1) * _GAP
    height = 2 * _MARGIN + rows * panel_height + 16
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img">',
        "<title>SocketBridge beside socat, HAProxy, nginx and the kernel's floor</title>",
        f"<style>{_STYLE}</style>",
        f'<rect class="page" width="{width}" height="{height}" rx="6"/>',
    ]
    for index, name in enumerate(shown):
        x = _MARGIN + index % _COLUMNS * (_PANEL_WIDTH + _GAP)
        y = _MARGIN + index // _COLUMNS * panel_height
        parts += _panel(summary, name, names, x, y)
    parts.append(f'<text class="note" x="{_MARGIN}" y="{height - _MARGIN + 6}">{escape(_note(summary))}</text>')
    return "\n".join([*parts, "</svg>", ""])


def _panel(summary: dict, name: str, names: list[str], x: int, y: int) -> list[str]:
    wanted = metric(name)
    figures = summary["metrics"][name]["figures"]
    most = max(figures[each]["median"] for each in names if each in figures)
    room = _PANEL_WIDTH - _LABEL_WIDTH - _VALUE_WIDTH
    hint = "more is better" if wanted.more_is_better else "less is better"
    parts = [
        f'<text class="title" x="{x}" y="{y + 14}">{escape(wanted.title)}</text>',
        f'<text class="hint end" x="{x + _PANEL_WIDTH}" y="{y + 14}">{hint}</text>',
    ]
    for index, each in enumerate(names):
        top = y + 28 + index * (_BAR + _BAR_GAP)
        baseline = top + _BAR - 4
        title = escape(summary["candidates"][each]["title"])
        kind = {"socketbridge": "own", "floor": "floor"}.get(each, "peer")
        parts.append(f'<text x="{x}" y="{baseline}">{title}</text>')
        if each not in figures:
            parts.append(f'<text class="hint" x="{x + _LABEL_WIDTH}" y="{baseline}">failed</text>')
            continue
        median = figures[each]["median"]
        bar = max(1.0, room * median / most)
        parts.append(f'<rect class="{kind}" x="{x + _LABEL_WIDTH}" y="{top}" width="{bar:.1f}" height="{_BAR}" rx="2"/>')
        parts.append(f'<text x="{x + _LABEL_WIDTH + bar + 6:.1f}" y="{baseline}">{median:,.{wanted.digits}f}</text>')
    return parts


def _note(summary: dict) -> str:
    machine = summary["machine"]
    return (f"{machine['date'][:10]}, Linux {machine['kernel']}, {machine['cores']} cores of {machine['cpu']}; "
            "Unix socket → A → TCP loopback → B → Unix socket, one thread a proxy; CPU of A and B")
