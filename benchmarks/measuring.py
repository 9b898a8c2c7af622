"""How benchmarks measure: figures, timings, functions in turn. Standard library only."""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any


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
