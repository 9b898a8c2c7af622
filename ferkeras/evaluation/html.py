"""Pieces of a self-contained HTML page; every text that comes in is escaped."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

_CSS = """
:root{--ink:#1f2937;--soft:#6b7280;--line:#e5e7eb;--card:#fff;--good:#047857;--warn:#b45309}
*{box-sizing:border-box}
body{margin:0;background:#f8fafc;color:var(--ink);line-height:1.5;
 font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
main{max-width:1040px;margin:0 auto;padding:2rem 1rem 4rem}
h1{font-size:1.6rem;line-height:1.25;margin:0 0 .25rem}
h2{font-size:1.1rem;margin:0 0 .75rem}
p{margin:.25rem 0}
.soft{color:var(--soft)}
.small{font-size:.85rem}
section{background:var(--card);border:1px solid var(--line);border-radius:12px;
 padding:1.1rem 1.2rem;margin-top:1rem}
.mark{display:inline-block;border-radius:12px;padding:.15rem .7rem;font-size:.85rem;
 font-weight:600;background:#f3f4f6;color:#374151}
.mark.good{background:#d1fae5;color:#065f46}
.mark.warn{background:#fef3c7;color:#92400e}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:.75rem;
 margin-top:1rem}
.card{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:.9rem 1rem}
.card b{display:block;font-size:1.75rem;line-height:1.2;font-variant-numeric:tabular-nums}
.card span{display:block;color:var(--soft);font-size:.85rem}
.card em{display:block;font-style:normal;font-size:.78rem;color:var(--warn);margin-top:.2rem}
.pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,380px),1fr));gap:1rem;
 align-items:end}
figure{margin:0;min-width:0}
figcaption{font-size:.85rem;color:var(--soft);margin-bottom:.25rem}
img{width:100%;height:auto;display:block}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.9rem;font-variant-numeric:tabular-nums}
th,td{text-align:left;padding:.38rem .7rem .38rem 0;border-bottom:1px solid var(--line);
 vertical-align:top}
td{overflow-wrap:break-word}
th{color:var(--soft);font-weight:600;font-size:.8rem;white-space:nowrap}
td.n,th.n{text-align:right;white-space:nowrap}
tr:last-child td{border-bottom:0}
ul{margin:0;padding-left:1.1rem}
li{margin:.2rem 0;overflow-wrap:anywhere}
summary{cursor:pointer;color:var(--soft);font-size:.9rem}
pre{margin:0;white-space:pre-wrap;overflow-wrap:anywhere;font-size:.85rem}
.bar{position:relative;height:10px;min-width:140px;border-radius:5px;background:#eef2f7;
 margin-top:.45rem}
.bar i{position:absolute;top:0;height:100%;border-radius:5px;background:#bfdbfe}
.bar u{position:absolute;top:-2px;width:4px;height:14px;margin-left:-2px;border-radius:2px;
 background:#1d4ed8}
@media(max-width:560px){main{padding:1.2rem .75rem 3rem}section{padding:.9rem .9rem}
 .cards{grid-template-columns:1fr 1fr}.card b{font-size:1.45rem}}
@media print{body{background:#fff}section{break-inside:avoid}}
"""


class Raw(str):
    """Text that is HTML already; everything else is escaped by `text`."""


def text(value: Any) -> Raw:
    """A value as safe HTML: floats with three digits, lists in a row, None and NaN as a dash.

    Of floats below 0.01 the three digits begin with the first that is not 0.
    """
    if isinstance(value, Raw):
        return value
    if value is None or value != value:
        return Raw("&ndash;")
    if isinstance(value, list | tuple):
        value = ", ".join(map(str, value)) or "none"
    if isinstance(value, float):
        value = f"{value:.3g}" if 0 < abs(value) < 0.01 else f"{value:.3f}"
    return Raw(escape(str(value)))


def percent(value: float) -> Raw:
    """A share as percent with one digit; NaN as a dash."""
    return text(value) if value != value else Raw(f"{value:.1%}")


def count(number: int, noun: str) -> str:
    """``"1 item"``, ``"2 items"``."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def page(title: str, parts: Iterable[str]) -> str:
    """A whole page."""
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{text(title)}</title><style>{_CSS}</style></head>\n<body><main>\n"
        + "\n".join(part for part in parts if part)
        + "\n</main></body></html>\n"
    )


def section(title: str, *parts: str) -> Raw:
    """A titled box; "" without content."""
    body = "".join(part for part in parts if part)
    return Raw(f"<section><h2>{text(title)}</h2>{body}</section>" if body else "")


def table(headers: Sequence[str], rows: Iterable[Sequence[Any]]) -> Raw:
    """A table that scrolls sideways on its own; columns of numbers stand to the right."""
    rows = [list(row) for row in rows]
    if not rows:
        return Raw("")
    right = [
        all(isinstance(row[column], int | float) or row[column] is None for row in rows)
        for column in range(len(headers))
    ]
    mark = ['class="n"' if number else "" for number in right]
    head = "".join(
        f"<th {style}>{text(name)}</th>" for style, name in zip(mark, headers, strict=True)
    )
    body = "".join(
        "<tr>"
        + "".join(f"<td {style}>{text(cell)}</td>" for style, cell in zip(mark, row, strict=True))
        + "</tr>"
        for row in rows
    )
    return Raw(
        f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
        "</div>"
    )


def bullets(lines: Iterable[str]) -> Raw:
    """A list; "" without lines."""
    items = "".join(f"<li>{text(line)}</li>" for line in lines)
    return Raw(f"<ul>{items}</ul>" if items else "")


def folded(summary: str, body: str, *, unfolded: bool = False) -> Raw:
    """A part that opens on a tap; "" without content."""
    state = " open" if unfolded else ""
    return Raw(
        f"<details{state}><summary>{text(summary)}</summary>{body}</details>" if body else ""
    )


def paragraph(line: str, style: str = "") -> Raw:
    """One paragraph."""
    return Raw(f'<p class="{style}">{text(line)}</p>')


def picture(svg: str, caption: str) -> Raw:
    """An SVG picture inside the page; its caption is its text alternative too."""
    data = base64.b64encode(svg.encode()).decode()
    return Raw(
        f"<figure><figcaption>{text(caption)}</figcaption>"
        f'<img alt="{text(caption)}" src="data:image/svg+xml;base64,{data}"></figure>'
    )


def pair(*parts: str) -> Raw:
    """Parts side by side, below each other on a narrow screen; "" without parts."""
    return Raw(f'<div class="pair">{"".join(parts)}</div>' if parts else "")


def bar(value: float, low: float, high: float) -> Raw:
    """A track from 0 to 1 with an interval and a mark."""
    return Raw(
        f'<div class="bar"><i style="left:{100 * low:.1f}%;width:{100 * (high - low):.1f}%"></i>'
        f'<u style="left:{100 * value:.1f}%"></u></div>'
    )
