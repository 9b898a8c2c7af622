"""Recognition on sharp, small and restored faces beside each other, with how true these are.

The experiment of Mariyathas et al. 2025, with the recognition accuracy that it does not give.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from ferkeras.evaluation.bar_plot import Bars, bars_svg
from ferkeras.evaluation.fold_result import fold_folder
from ferkeras.evaluation.picture_scores import PictureScores
from ferkeras.evaluation.result import EvaluationResult
from ferkeras.evaluation.study_page import Section, Written, by_protocol, protocols_of, write_study
from ferkeras.files import read_json
from ferkeras.training.svm_fitter import SVM

NOTE = (
    "accuracy, uf1 and uar are of all folds' predictions together; from and to are the ends of the "
    "accuracy's 95 % interval. psnr (decibels), ssim and mse (values 0..1) compare each enlarged "
    "picture with the sharp one and are averaged over all faces. CNN + SVM: an SVM on the features "
    "of the same fold's CNN, its setting chosen on inner folds of the training part; the CNN has "
    "seen the people of these inner folds, so they rank the settings and promise no score. From "
    "32x32 to 128x128 on CASME II the paper gives 30.887 dB, 0.938, 0.000865 and no recognition "
    "accuracy."
)
_NO = float("nan")


@dataclass(frozen=True)
class LowResolutionRow:
    """One row.

    Attributes:
        pictures: which pictures were recognised: ``"HR 128x128"``.
        model: ``"CNN"`` or ``"CNN + SVM"``.
        result: under one protocol.
        scores: how near the pictures are to the sharp ones; None where they are not enlarged.
        chosen: the SVM's settings in words, see `chosen_settings`.
    """

    pictures: str
    model: str
    result: EvaluationResult
    scores: PictureScores | None = None
    chosen: str = ""


def low_resolution_table(rows: Sequence[LowResolutionRow]) -> pd.DataFrame:
    """One row a kind of pictures, model and protocol."""
    table = []
    for one in rows:
        result, interval = one.result, one.result.interval
        near = one.scores.mean() if one.scores else dict.fromkeys(("psnr", "ssim", "mse"), _NO)
        scores = result.scores.summary()
        row: dict[str, Any] = {
            "protocol": result.protocol,
            "pictures": one.pictures,
            "model": one.model,
            "tested": len(result.scored),
            "left out": len(result.skipped),
            "accuracy": scores.pop("accuracy"),
            "from": interval.low if interval else _NO,
            "to": interval.high if interval else _NO,
            **scores,
            "psnr": near["psnr"],
            "ssim": near["ssim"],
            "mse": near["mse"],
            "svm": one.chosen,
            "remark": result.remark,
        }
        table.append(row)
    return pd.DataFrame(table)


def write_low_resolution(
    rows: Sequence[LowResolutionRow],
    faces: str,
    out: Path,
    *,
    lines: Sequence[str] = (),
    command: str = "",
    about: dict[str, Any] | None = None,
) -> Written:
    """Write ``low_resolution.csv``, ``.json`` and ``.html``.

    Args:
        rows: honest protocols first.
        faces: SVG of the picture grid, "" for none.
        out: the folder.
        lines: below the title, such as what a restorer was trained on.
        command: the command line.
        about: further values for the JSON file.
    """
    results = [one.result for one in rows]

    def section(places: list[int]) -> Section:
        chosen = [rows[place] for place in places]
        first = chosen[0].result
        return Section(
            first.protocol,
            low_resolution_table(chosen),
            [_bars(chosen)],
            [one.result for one in chosen],
            wide=True,
        )

    sections = by_protocol(results, section)
    if faces:
        caption = "faces of the test parts, PSNR against the sharp one in decibels"
        sections.append(Section("Faces", pd.DataFrame(), [(faces, caption)], wide=True))
    return write_study(
        out,
        "low_resolution",
        f"Low resolution: {results[0].data}",
        sections,
        lines=lines,
        note=NOTE,
        command=command,
        about={**(about or {}), "protocols": protocols_of(results)},
    )


def measured_lines(results: Sequence[EvaluationResult]) -> list[str]:
    """Of each protocol once: leakage, intervals, and what guessing the largest class would give."""
    lines = []
    for result in {one.protocol: one for one in results}.values():
        support = result.scores.support
        method = f"; interval: {result.interval.method}" if result.interval else ""
        largest = float(support.max()) / max(1, int(support.sum()))
        present = int((support > 0).sum())
        lines += [f"{result.protocol}: {line}" for line in result.leakage]
        lines.append(
            f"{result.protocol}: the largest class is {largest:.1%} of the tested samples, UAR by "
            f"chance {1 / max(1, present):.1%}{method}"
        )
    return lines


def chosen_settings(out: Path, result: EvaluationResult) -> str:
    """The settings that the folds' SVMs took, the most frequent one in words.

    Args:
        out: the evaluation's folder, see `ferkeras.training.svm_fitter.SVMFitter`.
        result: its result.
    """
    paths = [fold_folder(out, fold.name) / SVM for fold in result.folds]
    found = [read_json(path) for path in paths if path.is_file()]
    if not found:
        return ""
    words = Counter(
        f"{one['kernel']} C={one['C']:g}" + (f" gamma={one['gamma']:.2g}" if "gamma" in one else "")
        for one in found
    )
    [(name, count)] = words.most_common(1)
    text = f"{name} in {count} of {len(found)} folds"
    kept = sorted({kind for one in found for kind in one["kept_together_by"]})
    unchosen = sum(not one["inner_folds"] for one in found)
    if kept != ["subject"]:
        text += f"; inner folds by {' and '.join(kept)}: people unknown"
    return text + (f"; not chosen in {unchosen}: too few people" if unchosen else "")


def _bars(rows: Sequence[LowResolutionRow]) -> tuple[str, str]:
    names = list(dict.fromkeys(one.pictures for one in rows))
    bars = {}
    for model in dict.fromkeys(one.model for one in rows):
        found = {one.pictures: one.result for one in rows if one.model == model}
        ends = [found[name].interval for name in names]
        bars[model] = Bars(
            [found[name].scores.accuracy for name in names],
            [end.low if end else _NO for end in ends],
            [end.high if end else _NO for end in ends],
        )
    caption = "accuracy of all folds together, with its 95 % interval"
    return bars_svg(bars, names, "accuracy, percent"), caption
