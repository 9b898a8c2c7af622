"""What a setting does: scores over its values, with all other settings held (SSGNN's Fig. 6)."""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ferkeras.evaluation.bar_plot import Bars, bars_svg
from ferkeras.evaluation.line_plot import Line, lines_svg
from ferkeras.evaluation.result import EvaluationResult

_MOST_SERIES = 6
_NO = float("nan")


@dataclass(frozen=True)
class Point:
    """One evaluation, and the value that each setting of the grid had in it."""

    values: Mapping[str, Any]
    result: EvaluationResult


def sweep_pictures(points: Sequence[Point], setting: str) -> list[tuple[str, str]]:
    """Pictures of one setting: ``(SVG text, caption)`` each; none where it has but one value.

    A series are all points that differ in this setting alone. Of numbers, lines; of anything else,
    also of shares mixed with counts, bars. One series gives one picture of accuracy and UF1,
    several give one picture a measure.

    Args:
        points: of one protocol; every point has a value for every setting.
        setting: name of the setting.
    """
    series = {name: part for name, part in _series(points, setting).items() if len(part) > 1}
    shown = dict(itertools.islice(series.items(), _MOST_SERIES))
    words = "" if len(shown) == len(series) else f"; the first {len(shown)} of {len(series)} series"
    draw = _lines if _numbers([point.values[setting] for point in points]) else _bars
    if not shown:
        return []
    first = next(iter(shown.values()))
    interval = first[0].result.interval
    spread = f"; bars at accuracy: {interval.method}" if interval else ""
    if len(shown) == 1:
        picture = draw({"accuracy": (first, "accuracy"), "UF1": (first, "uf1")}, setting, "score")
        return [(picture, f"accuracy and UF1 over {setting}{spread}{words}")]
    return [
        (
            draw({name: (part, measure) for name, part in shown.items()}, setting, title),
            f"{title} over {setting}{spread if measure == 'accuracy' else ''}{words}",
        )
        for measure, title in (("accuracy", "accuracy"), ("uf1", "UF1"))
    ]


def as_text(value: Any) -> Any:
    """A setting's value for a table or an axis: lists, true, false and null as JSON has them."""
    plain = isinstance(value, int | float | str) and not isinstance(value, bool)
    return value if plain else json.dumps(value, separators=(",", ":"))


def _series(points: Sequence[Point], setting: str) -> dict[str, list[Point]]:
    """Points that differ in the setting alone, ordered by it; named by the others that vary."""
    others = [name for name in points[0].values if name != setting]
    kept = [point for point in points if _company(points, point, setting) > 1]
    varied = [name for name in others if len({_key(p.values[name]) for p in kept}) > 1]
    groups: dict[str, dict[str, Point]] = {}
    for point in kept:
        name = ", ".join(f"{one}={as_text(point.values[one])}" for one in varied)
        groups.setdefault(name, {})[_key(point.values[setting])] = point
    numbers = _numbers([point.values[setting] for point in points])
    return {
        name: sorted(group.values(), key=lambda point: point.values[setting])
        if numbers
        else list(group.values())
        for name, group in groups.items()
    }


def _company(points: Sequence[Point], point: Point, setting: str) -> int:
    """How many values of the setting there are with all others as in this point."""
    rest = {name: _key(value) for name, value in point.values.items() if name != setting}
    return len(
        {
            _key(other.values[setting])
            for other in points
            if all(_key(other.values[name]) == value for name, value in rest.items())
        }
    )


def _key(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


def _numbers(values: Sequence[Any]) -> bool:
    """Whether the values stand on one axis: numbers, and not a share beside a count."""
    if not all(isinstance(value, int | float) and not isinstance(value, bool) for value in values):
        return False
    share = any(isinstance(value, float) and 0 < value < 1 for value in values)
    return not (share and any(isinstance(value, int) and value > 1 for value in values))


_Parts = Mapping[str, tuple[Sequence[Point], str]]


def _lines(parts: _Parts, setting: str, title: str) -> str:
    lines = {}
    for name, (points, measure) in parts.items():
        low, high = _interval(points, measure)
        lines[name] = Line(
            [point.values[setting] for point in points], _scores(points, measure), low, high
        )
    return lines_svg(lines, setting, title)


def _bars(parts: _Parts, setting: str, title: str) -> str:
    names = list(
        dict.fromkeys(
            str(as_text(p.values[setting])) for points, _ in parts.values() for p in points
        )
    )
    bars = {}
    for label, (points, measure) in parts.items():
        at = {str(as_text(point.values[setting])): point for point in points}
        low, high = _interval(points, measure)
        ends = dict(zip(at, zip(low or (), high or (), strict=True), strict=False))
        scores = dict(zip(at, _scores(points, measure), strict=True))
        bars[label] = Bars(
            [scores.get(name, _NO) for name in names],
            [ends.get(name, (_NO, _NO))[0] for name in names],
            [ends.get(name, (_NO, _NO))[1] for name in names],
        )
    return bars_svg(bars, names, f"{title}, percent", wide=False)


def _scores(points: Sequence[Point], measure: str) -> list[float]:
    return [getattr(point.result.scores, measure) for point in points]


def _interval(
    points: Sequence[Point], measure: str
) -> tuple[list[float] | None, list[float] | None]:
    """Ends of the intervals, which there are of the accuracy alone."""
    if measure != "accuracy":
        return None, None
    found = [point.result.interval for point in points]
    return [one.low if one else _NO for one in found], [one.high if one else _NO for one in found]
