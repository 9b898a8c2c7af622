"""Every released system in every export format: difference, agreement, accuracy, size, latency.

python benchmarks/deployment.py [--fer2013 ROOT] [--only TAG ...] [--formats FORM ...] [--out FILE]

Each file is exported anew and run alone in its own runtime, as ``ferkeras export`` does it; a
format that a system cannot have stands with its reason. With ``--fer2013`` the models of FER2013
are measured on the whole public-test part and calibrated on others, else on rendered faces. HTNet
takes the clips of its card, ESRGAN rendered faces. Prints Markdown.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from typing import Any, NamedTuple


class Data(NamedTuple):
    """What a model is compared on."""

    verify: str
    split: str = ""
    count: int = 0


def data_of(tag: str, fer2013: str | None) -> Data:
    """The data that fit a released model."""
    if tag.startswith("htnet/"):
        return Data("synthetic_clips:subjects=40,samples=260,datasets=3,seed=1", count=200)
    if tag.startswith("esrgan/"):
        return Data("synthetic:subjects=8,frames=1,size=256,seed=12", count=16)
    if fer2013 and "fer2013" in tag:
        return Data(f"fer2013:{fer2013}", "public_test")
    return Data("synthetic:subjects=20,frames=1,seed=1", count=100)


def measure(tag: str, formats: list[str], data: Data) -> list[list[str]]:
    """One row a format."""
    from ferkeras.cli._export_samples import calibration_samples, compared_samples
    from ferkeras.datasets import open_index
    from ferkeras.errors import ExportError
    from ferkeras.export import export_model, export_restorer
    from ferkeras.runtime import find_model, read_card
    from ferkeras.runtime.keras_file import load_keras_model

    folder = find_model(tag)
    card, model = read_card(folder), load_keras_model(folder / "model.keras")
    index = open_index(data.verify)
    samples = compared_samples(index, card.input, card.labels, data.count, data.split)
    fitted = calibration_samples(index, card.input, samples.rows)
    rows = []
    for form in formats:
        given: dict[str, Any] = {
            "samples": samples.pictures,
            "calibration": fitted,
            "formats": [form],
        }
        with tempfile.TemporaryDirectory() as place:
            try:
                if card.scale is None:
                    given |= {"targets": samples.targets}
                    done = export_model(model, card.input, card.labels, Path(place) / "m", **given)
                else:
                    done = export_restorer(model, card.input, Path(place) / "m", **given)
            except ExportError as error:
                rows.append([tag, form, *["-"] * 7, str(error)])
                continue
        rows.append([tag, form, *cells(done.parity[0], done.parity[1])])
    return rows


def cells(keras: Any, one: Any) -> list[str]:
    """What was measured of a file, beside Keras."""
    times = [f"{one.milliseconds[size]:.2f}" for size in (1, 32)]
    size = f"{one.megabytes:.2f}"
    if hasattr(one, "psnr"):
        far = f"{one.max_abs_difference:.1e} grey levels"
        return [far, f"PSNR {one.psnr:.1f} dB", "-", "-", size, *times, ""]
    scores = [
        "-" if new is None else f"{old:.4f} -> {new:.4f}"
        for old, new in ((keras.accuracy, one.accuracy), (keras.uf1, one.uf1))
    ]
    agreement = f"{one.top1_agreement:.2%}"
    return [f"{one.max_abs_difference:.1e}", agreement, *scores, size, *times, ""]


def main() -> None:
    from ferkeras.export.formats import available
    from ferkeras.runtime.card import released

    parser = argparse.ArgumentParser(description="Every released system in every format.")
    parser.add_argument("--fer2013", help="root of FER2013")
    parser.add_argument("--only", nargs="+", choices=released(), default=released())
    parser.add_argument("--formats", nargs="+", choices=available(), default=available())
    parser.add_argument("--out", type=Path, help="write the table there too")
    options = parser.parse_args()
    heads = ["model", "format", "largest difference", "same label", "accuracy", "UF1", "MB"]
    heads += ["ms, batch 1", "ms, batch 32", "why not"]
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    print("\n".join(lines))
    for tag in options.only:
        for row in measure(tag, options.formats, data_of(tag, options.fer2013)):
            lines.append("| " + " | ".join(row) + " |")
            print(lines[-1], flush=True)
            if options.out:
                options.out.write_text("\n".join([*lines, ""]))


if __name__ == "__main__":
    main()
