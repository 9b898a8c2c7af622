"""``ferkeras datasets``: which data sets can be read, and whether a copy of one is sound."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer
from rich.console import Console, Group
from rich.progress import Progress
from rich.table import Table
from rich.text import Text

from ferkeras.cli.output import emit

if TYPE_CHECKING:
    from ferkeras.datasets.verify_report import VerifyReport

app = typer.Typer(help="List the data sets that can be read; check a copy.", no_args_is_help=True)

_SHOWN = 5
_REASONS = 10


@app.command("list")
def list_readers(as_json: bool = typer.Option(False, "--json", help="Print JSON.")) -> None:
    """List the readers of data sets."""
    import importlib

    from ferkeras.datasets import available

    about = {}
    for name in available():
        module = importlib.import_module(f"ferkeras.datasets.{name}")
        about[name] = (module.__doc__ or "").strip().partition("\n")[0]
    table = Table("reader", "what it reads", box=None)
    for name, line in about.items():
        table.add_row(name, line)
    emit({"readers": about}, table, as_json)


@app.command("verify")
def verify_copy(
    data: str = typer.Argument(help="Reader and root: fer2013:/data/fer2013"),
    as_json: bool = typer.Option(False, "--json", help="Print JSON, with every duplicate."),
) -> None:
    """Check a copy: counts beside the published ones, unreadable files, duplicates."""
    from ferkeras.datasets import open_index
    from ferkeras.datasets.verify import verify

    index = open_index(data)
    with Progress(console=Console(stderr=True), transient=True, disable=as_json) as progress:
        task = progress.add_task("decoding", total=len(index))
        report = verify(index, lambda done: progress.advance(task, done))
    emit(report.to_dict(), _text(report), as_json)


def _text(report: VerifyReport) -> Group:
    return Group(_counts(report), Text("\n".join(_findings(report))))


def _counts(report: VerifyReport) -> Table:
    table = Table("part", "class", title=f"{report.dataset}: {report.samples} samples")
    units = ["pictures", "sequences"] if report.sequences else ["pictures"]
    published = [f"published {report.unit}", "difference"] if report.source else []
    for name in (report.kind, *units[1:], *published):
        table.add_column(name, justify="right", overflow="fold")
    for count in report.counts:
        if count.split in report.missing_splits:
            continue
        figures = [getattr(count, name.split()[0]) for name in (*units, *published)]
        cells = ["-" if figure is None else str(figure) for figure in figures]
        last = count.label == "total"
        style = "red" if count.difference else "bold" if last else None
        table.add_row(count.split, count.label, *cells, style=style, end_section=last)
    return table


def _findings(report: VerifyReport) -> list[str]:
    lines = []
    totals = {count.split: count.published for count in report.counts if count.label == "total"}
    for split in report.missing_splits:
        lines.append(f"part {split} is not in this copy (published: {totals[split]} {report.unit})")
    if report.source:
        lines.append(f"published counts: {report.source}")
    lines.append(f"subjects: {report.subjects or 'not known'}")
    lines.append(f"sequences: {report.sequences or 'not known'}")
    sizes = [f"{size} ({number})" for size, number in report.sizes.items()]
    lines.append(f"sizes: {_few(sizes)}")
    lines.append(f"{report.kind} of another size than the commonest: {report.other_size}")
    lines.append(f"left out by the reader: {len(report.skipped)}")
    skipped = [f"{item.item}: {item.reason}" for item in report.skipped]
    lines += _reasons(report.skipped_reasons, skipped)
    lines.append(f"unreadable: {len(report.unreadable)}")
    lines += _reasons(report.unreadable_reasons, [item.reason for item in report.unreadable])
    lines.append(
        f"duplicates: {len(report.duplicates)} distinct {report.kind} stand more than once "
        f"({report.copies} rows too many)"
    )
    lines.append(f"distinct {report.kind} in more than one part: {report.duplicates_across_splits}")
    lines.append(f"distinct {report.kind} with more than one label: {report.label_conflicts}")
    return lines


def _few(values: list[str]) -> str:
    more = f", and {len(values) - _SHOWN} more" if len(values) > _SHOWN else ""
    return ", ".join(values[:_SHOWN]) + more


def _reasons(counts: dict[str, int], items: list[str]) -> list[str]:
    """Each item, where they are few; else how many for each reason, then the first items."""
    if len(items) <= _SHOWN:
        return [f"  {item}" for item in items]
    ranked = list(counts.items())
    lines = [f"  {count} x {reason}" for reason, count in ranked[:_REASONS]]
    rest = ranked[_REASONS:]
    if rest:
        lines.append(f"  {sum(count for _, count in rest)} x {len(rest)} other reasons")
    return [*lines, f"  the first {_SHOWN}:", *(f"    {item}" for item in items[:_SHOWN])]
