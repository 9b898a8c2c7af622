"""What all benchmarks share: timing, conditions, and one form of report. Standard library only."""

from __future__ import annotations

import argparse
import datetime
import json
import math
import os
import platform
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

PACKAGES = ("tensorflow", "keras", "numpy", "opencv-contrib-python-headless", "ai-edge-litert")


@dataclass(frozen=True)
class Figure:
    """One line of a report.

    ``value`` is a median where ``repeats`` is given; ``cpu`` is the processor time beside the wall
    time, which other people's load on the machine changes less. ``ratio`` is to a reference in the
    same run. ``limit``: at most this is wanted.
    """

    what: str
    value: float
    unit: str
    p95: float | None = None
    cpu: float | None = None
    ratio: float | None = None
    repeats: int | None = None
    limit: float | None = None


@dataclass
class Timings:
    """Seconds of each call: by the wall clock, and of all threads of this process together."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    @property
    def median(self) -> float:
        return statistics.median(self.wall)

    def figure(
        self, what: str, against: Timings | None = None, limit: float | None = None
    ) -> Figure:
        """Milliseconds; the ratio is to ``against``, by medians."""
        return Figure(
            what,
            1e3 * self.median,
            "ms",
            p95=1e3 * p95(self.wall),
            cpu=1e3 * statistics.median(self.cpu),
            ratio=None if against is None else self.median / against.median,
            repeats=len(self.wall),
            limit=limit,
        )

    def rate(self, what: str, pictures: int) -> Figure:
        """Pictures a second; ``p95`` is the slow end."""
        return Figure(
            what,
            pictures / self.median,
            "pictures/s",
            p95=pictures / p95(self.wall),
            repeats=len(self.wall),
        )


def p95(values: Sequence[float]) -> float:
    """The smallest value that 95 % of the values do not exceed."""
    return sorted(values)[math.ceil(0.95 * len(values)) - 1]


def in_turn(
    functions: dict[str, Callable[[], Any]], rounds: int, calls: int = 1
) -> dict[str, Timings]:
    """Time several functions in one run, so that their ratios hold on a machine that is shared.

    Each round goes through all functions: one call that is not counted, then ``calls`` that are.
    One more round before is not counted at all.
    """
    timings = {name: Timings() for name in functions}
    for number in range(-1, rounds):
        for name, function in functions.items():
            for call in range(-1, calls):
                wall, cpu = time.perf_counter(), time.process_time()
                function()
                if number >= 0 and call >= 0:
                    timings[name].wall.append(time.perf_counter() - wall)
                    timings[name].cpu.append(time.process_time() - cpu)
    return timings


def report(
    measure: Callable[[int], list[Figure]], repeats: int, one_core: bool = False
) -> dict[str, Any]:
    """The ``main`` of a benchmark: read ``--repeats`` and ``--json``, measure, print.

    With ``one_core`` the process is bound to one processor core, and to no GPU, before ``measure``
    imports anything.
    """
    parser = argparse.ArgumentParser(description=measure.__doc__)
    parser.add_argument("--repeats", type=int, default=repeats, help=f"default {repeats}")
    parser.add_argument("--json", action="store_true", help="JSON instead of a table")
    options = parser.parse_args()
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    if one_core:
        os.environ["CUDA_VISIBLE_DEVICES"] = ""
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    before = os.getloadavg()[0]
    figures = measure(options.repeats)
    result = {
        "conditions": {**conditions(), "load_average": [before, os.getloadavg()[0]]},
        "figures": [asdict(figure) for figure in figures],
    }
    print(json.dumps(result, indent=1) if options.json else table(result))
    return result


def conditions() -> dict[str, Any]:
    """When and on what: date, processor, cores that may be used, versions."""
    processor = platform.processor()
    info = Path("/proc/cpuinfo")
    if info.is_file():
        names = [line for line in info.read_text().splitlines() if line.startswith("model name")]
        processor = names[0].split(":", 1)[1].strip() if names else processor
    return {
        "date": datetime.date.today().isoformat(),
        "processor": processor,
        "cores": len(os.sched_getaffinity(0)),
        "python": platform.python_version(),
        "versions": {name: _version(name) for name in PACKAGES},
    }


def table(result: dict[str, Any]) -> str:
    """A Markdown table of the figures, with the conditions above it."""
    now = result["conditions"]
    before, after = now["load_average"]
    head = (
        f"{now['date']}, {now['processor']}, {now['cores']} core(s); "
        f"load average {before:.1f} before, {after:.1f} after"
    )
    names = ("what", "median", "p95", "CPU", "unit", "ratio", "wanted")
    rows = [names, ("-",) * 7] + [_row(figure) for figure in result["figures"]]
    widths = [max(len(row[n]) for row in rows) for n in range(7)]
    rows[1] = tuple("-" * width for width in widths)
    lines = [
        "| " + " | ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)) + " |"
        for row in rows
    ]
    return "\n".join([head, "", *lines])


def _row(figure: dict[str, Any]) -> tuple[str, ...]:
    limit = figure["limit"]
    wanted = ""
    if limit is not None:
        wanted = f"<= {limit:g}: {'yes' if figure['value'] <= limit else 'NO'}"
    numbers = (figure["value"], figure["p95"], figure["cpu"])
    return (
        figure["what"],
        *map(_short, numbers),
        figure["unit"],
        _short(figure["ratio"]),
        wanted,
    )


def _short(number: float | None) -> str:
    if number is None:
        return ""
    return f"{number:,.0f}" if abs(number) >= 100 else f"{number:.3g}"


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"
