"""Small data sets in the layouts that their authors published, for the readers' tests."""

import zlib
from pathlib import Path

import numpy as np
from PIL import Image

FER_CLASSES = ("angry", "disgust", "fear", "happy", "neutral", "sad", "surprise")
JAFFE_COUNTS = {"AN": 30, "DI": 29, "FE": 32, "HA": 31, "NE": 30, "SA": 31, "SU": 30}


def write_picture(path: Path, size=(8, 8), seed=None) -> Path:
    """A grey picture of noise, ``size`` = (width, height); equal seeds give equal pictures."""
    path.parent.mkdir(parents=True, exist_ok=True)
    noise = np.random.default_rng(zlib.crc32(str(path).encode()) if seed is None else seed)
    pixels = noise.integers(0, 256, size[::-1], dtype=np.uint8)
    Image.fromarray(pixels).save(path)
    return path


def write_fer2013(root: Path, per_class=2) -> Path:
    """train/<class>/Training_*.jpg, test/<class>/PublicTest_*.jpg and PrivateTest_*.jpg."""
    for number in range(per_class):
        for label in FER_CLASSES:
            write_picture(root / f"train/{label}/Training_{number}.jpg", (48, 48))
            write_picture(root / f"test/{label}/PublicTest_{number}.jpg", (48, 48))
            write_picture(root / f"test/{label}/PrivateTest_{number}.jpg", (48, 48))
    return root


def write_fer2013_csv(path: Path, rows, header="emotion,pixels,Usage") -> Path:
    """The contest's csv; ``rows`` are (emotion, array of pixels, usage)."""
    lines = [f"{emotion},{' '.join(map(str, pixels))},{usage}" for emotion, pixels, usage in rows]
    path.write_text("\n".join([header, *lines]) + "\n")
    return path


def write_ckplus(root: Path, sequences, frames=5) -> Path:
    """The original tree; ``sequences`` maps "S005/001" to an emotion code or None."""
    for name, code in sequences.items():
        stem = name.replace("/", "_")
        for frame in range(1, frames + 1):
            write_picture(root / f"cohn-kanade-images/{name}/{stem}_{frame:08d}.png")
        if code is not None:
            label = root / f"Emotion/{name}/{stem}_{frames:08d}_emotion.txt"
            label.parent.mkdir(parents=True, exist_ok=True)
            label.write_text(f"   {code:.7e}\n")
    return root


def write_ckplus_folders(root: Path, sequences) -> Path:
    """The copy in class folders; ``sequences`` maps "S010_004" to a class folder's name."""
    for name, label in sequences.items():
        for frame in (17, 18, 19):
            write_picture(root / f"{label}/{name}_{frame:08d}.png", (48, 48))
    return root


def write_jaffe(root: Path) -> Path:
    """All 213 names of JAFFE's kind, spread over ten subjects."""
    number = 0
    for code, count in JAFFE_COUNTS.items():
        for place in range(count):
            subject = ("KA", "KL", "KM", "KR", "MK", "NA", "NM", "TM", "UY", "YM")[place % 10]
            number += 1
            write_picture(root / f"{subject}.{code}{place // 10 + 1}.{number}.tiff")
    return root


def write_oulu_casia(root: Path, prefix="OriginalImg/VL/Strong", subjects=2, frames=5) -> Path:
    """<prefix>/P001/Anger/000.jpeg and so on."""
    for subject in range(1, subjects + 1):
        for label in ("Anger", "Disgust", "Fear", "Happiness", "Sadness", "Surprise"):
            for frame in range(frames):
                write_picture(root / f"{prefix}/P{subject:03d}/{label}/{frame:03d}.jpeg")
    return root


def write_sfew(root: Path, suffix="", films=("Airheads", "About_a_Boy", "21")) -> Path:
    """Train<suffix>/<Class>/<film>_000519240_00000005.png and the same under Val<suffix>."""
    for part in ("Train", "Val"):
        for label in FER_CLASSES:
            for film in films:
                name = f"{film}_000519240_0000000{len(part)}.png"
                write_picture(root / f"{part}{suffix}/{label.title()}/{name}")
    return root


def write_rafdb(root: Path, lines, kind="aligned", ending="_aligned") -> Path:
    """The release; ``lines`` as in the list, each with its picture where it names one."""
    listed = root / "EmoLabel/list_patition_label.txt"
    listed.parent.mkdir(parents=True, exist_ok=True)
    listed.write_text("".join(f"{line}\n" for line in lines))
    for stem in {line.partition(".")[0] for line in lines if ".jpg" in line}:
        write_picture(root / f"Image/{kind}/{stem}{ending}.jpg", (10, 10))
    return root


TFEID_FOLDERS = {
    "anger": "ag",
    "contempt": "cg",
    "disguest": "dg",
    "fear": "fg",
    "happiness": "hg",
    "neutral": "ng",
    "sadness": "sg",
    "surprise": "pg",
}


def write_tfeid(root: Path, kind="dfh", people=("f01", "f02", "m01")) -> Path:
    """dfh_anger_x/f01_dfh_ag.jpg and so on."""
    for name, code in TFEID_FOLDERS.items():
        for person in people:
            write_picture(root / f"{kind}_{name}_x/{person}_{kind}_{code}.jpg", (6, 8))
    return root
