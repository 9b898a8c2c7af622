"""How benchmarks report: options, conditions, a table. Standard library only."""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import sys
from collections.abc import Callable
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from measuring import Figure

COLUMNS = ("what", "median", "p95", "CPU", "unit", "ratio", "wanted")
PACKAGES = ("tensorflow", "keras", "numpy", "opencv-contrib-python-headless", "ai-edge-litert")


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
    name = Path(sys.argv[0]).stem
    print(json.dumps(result, indent=1) if options.json else table({name: result}))
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


def table(reports: dict[str, dict[str, Any]]) -> str:
    """One Markdown table of the figures of several benchmarks, their conditions above it."""
    heads, rows = [], [COLUMNS, ("",) * len(COLUMNS)]
    for name, report in reports.items():
        now = report["conditions"]
        heads.append(
            f"{name}: {now['date']}, {now['processor']}, {now['cores']} core(s), "
            "load average {:.1f} before, {:.1f} after".format(*now["load_average"])
        )
        rows += [_row(figure) for figure in report["figures"]]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    rows[1] = tuple("-" * width for width in widths)
    lines = ["| " + " | ".join(map(str.ljust, row, widths)) + " |" for row in rows]
    return "\n".join([*heads, "", *lines])


def _row(figure: dict[str, Any]) -> tuple[str, ...]:
    limit = figure["limit"]
    wanted = ""
    if limit is not None:
        wanted = f"<= {limit:g}: {'yes' if figure['value'] <= limit else 'NO'}"
    numbers = [_short(figure[name]) for name in ("value", "p95", "cpu")]
    return (figure["what"], *numbers, figure["unit"], _short(figure["ratio"]), wanted)


def _short(number: float | None) -> str:
    if number is None:
        return ""
    return f"{number:,.0f}" if abs(number) >= 100 else f"{number:.3g}"


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"
