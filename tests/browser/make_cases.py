"""Write what the browser is to reproduce: inputs, and what ONNX Runtime gives for them in Python.

``python tests/browser/make_cases.py FOLDER`` makes ``cases.json``, the arrays that it names, the
photo ``astronaut.png``, a model that is exported anew, and folders of damaged ones.
"""

from __future__ import annotations

import dataclasses
import json
import shutil
import sys
from pathlib import Path
from typing import Any

import imageio.v3
import numpy as np
import skimage.data

import ferkeras
from ferkeras.datasets.synthetic_clips import render_clip
from ferkeras.detect import load_detector
from ferkeras.export.export_source import ExportSource
from ferkeras.export.float32 import float32_model
from ferkeras.export.formats import onnx as onnx_format
from ferkeras.prepare import clip_input, model_inputs, prepare
from ferkeras.recognizer import Recognizer
from ferkeras.runtime import open_model, read_card
from ferkeras.runtime.card import hash_files, released, write_card
from ferkeras.runtime.keras_file import load_keras_model
from ferkeras.types import Face, FloatArray

ROOT = Path(ferkeras.__file__).parent.parent / "saved_models"
TAG = "mff_cnn/fer2013"  # the model of the page


def make(out: Path) -> None:
    picture = skimage.data.astronaut()
    imageio.v3.imwrite(out / "astronaut.png", picture)
    face = load_detector("viola_jones").detect(picture)[0]
    cases = []
    folders = {f"/saved_models/{tag}": ROOT / tag for tag in released()}
    folders["/cases/exported"] = _exported(ROOT / "cs_gbsbf/fer2013-small", out / "exported")
    for address, folder in folders.items():
        card = read_card(folder)
        if card.scale is not None:
            continue
        takes_clips = card.input.takes_clips
        crop = _movement(folder) if takes_clips else prepare(picture, face, card.input)
        faces = np.stack([crop, crop[:, ::-1], np.clip(crop * 0.7 + 20, 0, 255).round()])
        for count in (1, 3):
            batch = model_inputs(faces[:count].astype(np.float32), card.input)
            expected = open_model(folder, engine="onnx").predict(batch)
            inputs = batch if isinstance(batch, dict) else {"input": batch}
            name = f"{len(cases)}"
            files = {key: _write(out, f"{name}-{key}", array) for key, array in inputs.items()}
            cases.append(
                {
                    "model": address,
                    "batch": count,
                    "inputs": files,
                    "expected": expected.ravel().tolist(),
                    "labels": card.labels,
                }
            )
    _damaged(out)
    about = {"cases": cases, "photo": _photo(picture, face)}
    (out / "cases.json").write_text(json.dumps(about), encoding="utf-8")


def _exported(released: Path, folder: Path) -> Path:
    """The ONNX file that is written of a released model today, with a card of its own."""
    card = read_card(released)
    model = load_keras_model(released / "model.keras")
    folder.mkdir()
    onnx_format.write(ExportSource(float32_model(model), card.input, (), card.labels), folder)
    write_card(folder, dataclasses.replace(card, files=hash_files(folder)))
    return folder


def _movement(folder: Path) -> FloatArray:
    """The prepared movement of a rendered clip."""
    clip = render_clip(seed=7, subject=2, label="surprise").clip
    recognizer = Recognizer.load(folder, engine="onnx")
    motion = recognizer.predict_clip(clip).analysis
    assert motion is not None
    return clip_input(motion, recognizer.card.input)


def _write(out: Path, name: str, array: Any) -> dict[str, Any]:
    (out / f"{name}.bin").write_bytes(np.ascontiguousarray(array).tobytes())
    return {"file": f"{name}.bin", "dims": list(array.shape), "type": str(array.dtype)}


def _photo(picture: Any, face: Face) -> dict[str, Any]:
    """What the page should show for this face, drawn as whole pixels."""
    x, y, side = (int(value) for value in face.box[:3])
    runner = open_model(ROOT / TAG, engine="onnx")
    card = read_card(ROOT / TAG)
    crop = prepare(picture, Face((x, y, side, side)), card.input)
    shares = runner.predict(crop[None])[0]
    return {
        "model": TAG,
        "square": {"x": x, "y": y, "side": side},
        "crop": crop.ravel().tolist(),
        "expected": shares.tolist(),
        "label": card.labels[int(shares.argmax())],
    }


def _damaged(out: Path) -> None:
    """A changed file; a file cut short whose card has its hash; the file of another model."""
    content = bytearray((ROOT / TAG / "model.onnx").read_bytes())
    content[len(content) // 2] ^= 1
    other = (ROOT / "htnet/synthetic/model.onnx").read_bytes()
    for name, damaged in (("changed", content), ("cut", content[:3_000_000]), ("swapped", other)):
        folder = out / name
        folder.mkdir()
        (folder / "model.onnx").write_bytes(damaged)
        shutil.copy(ROOT / TAG / "card.json", folder)
        if name == "cut":
            card = json.loads((folder / "card.json").read_text(encoding="utf-8"))
            card["files"]["model.onnx"] = hash_files(folder)["model.onnx"]
            (folder / "card.json").write_text(json.dumps(card), encoding="utf-8")


if __name__ == "__main__":
    make(Path(sys.argv[1]))
