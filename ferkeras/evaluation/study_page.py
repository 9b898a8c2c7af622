"""How every study writes what it found: one table as csv, JSON and a page with pictures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from ferkeras.evaluation import html
from ferkeras.evaluation.report import mark
from ferkeras.evaluation.result import EvaluationResult
from ferkeras.files import plain, write_bytes, write_json


@dataclass(frozen=True)
class Section:
    """One part of the page.

    Attributes:
        title: its heading.
        table: its rows.
        pictures: ``(SVG text, caption)`` each, side by side.
        results: what the rows are from: whether they are subject-independent, or worse, stands
            above them.
        wide: each picture fills the page's width.
    """

    title: str
    table: pd.DataFrame
    pictures: Sequence[tuple[str, str]] = ()
    results: Sequence[EvaluationResult] = ()
    wide: bool = False


@dataclass(frozen=True)
class Written:
    """What was written: the page, and the content of the JSON file."""

    page: Path
    values: dict[str, Any]


def write_study(
    out: Path,
    name: str,
    title: str,
    sections: Sequence[Section],
    *,
    lines: Sequence[str] = (),
    note: str = "",
    command: str = "",
    about: Mapping[str, Any] | None = None,
) -> Written:
    """Write ``<name>.csv``, ``<name>.json`` and ``<name>.html``.

    Args:
        out: the folder; made if it is not there.
        name: of the files.
        title: of the page.
        sections: the page's parts; the rows of all together are the table of csv and JSON.
        lines: what stands below the title.
        note: what every reader of the numbers must know.
        command: the command line.
        about: further values for the JSON file.
    """
    rows = [row for section in sections for row in section.table.to_dict("records")]
    table = pd.DataFrame(rows)
    write_bytes(out / f"{name}.csv", table.to_csv(index=False).encode())
    values = dict(
        plain(
            {
                **(about or {}),
                "note": note,
                "rows": rows,
                "command": command,
            }
        )
    )
    write_json(out / f"{name}.json", values)
    page = html.page(
        title,
        [
            html.Raw(f"<h1>{html.text(title)}</h1>"),
            html.Raw("".join(html.paragraph(line, "soft") for line in [*lines, note] if line)),
            *(_shown(section) for section in sections),
            html.section("How it was made", html.Raw(f"<pre>{html.text(command)}</pre>")),
        ],
    )
    write_bytes(out / f"{name}.html", page.encode())
    return Written(out / f"{name}.html", values)


def by_protocol(
    results: Sequence[EvaluationResult],
    section: Callable[[list[int]], Section],
) -> list[Section]:
    """One section a protocol, in the order of the results.

    Args:
        results: of all rows.
        section: positions of the protocol's rows -> its section.
    """
    groups: dict[str, list[int]] = {}
    for place, result in enumerate(results):
        groups.setdefault(result.protocol, []).append(place)
    return [section(places) for places in groups.values()]


def protocols_of(results: Sequence[EvaluationResult]) -> list[dict[str, Any]]:
    """Name, description and remark of each protocol, for the JSON file."""
    groups: dict[str, list[EvaluationResult]] = {}
    for result in results:
        groups.setdefault(result.protocol, []).append(result)
    return [
        {
            "protocol": name,
            "description": group[0].description,
            "remark": worst(group).remark,
        }
        for name, group in groups.items()
    ]


def worst(results: Sequence[EvaluationResult]) -> EvaluationResult:
    """The result whose remark must stand above a table of all of them."""
    return max(results, key=lambda one: (one.picked_on_test, bool(one.remark)))


def _shown(section: Section) -> html.Raw:
    pictures = [html.picture(svg, caption) for svg, caption in section.pictures]
    filler = [html.Raw("<div></div>")] if len(pictures) == 1 else []  # half of the width stays free
    rows = section.table.to_numpy(dtype=object).tolist()
    return html.section(
        section.title,
        mark(worst(section.results)) if section.results else "",
        html.paragraph(section.results[0].description, "soft small") if section.results else "",
        "".join(pictures) if section.wide else html.pair(*pictures, *filler),
        html.table(list(section.table.columns), rows),
    )
