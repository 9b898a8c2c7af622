"""Options of the reader of clips, its rows, and how it loads one."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from ferkeras.datasets._synthetic.course import longest_movement
from ferkeras.datasets._synthetic.made_clip import clip_of, item_name
from ferkeras.datasets._synthetic.spread import spread_clips
from ferkeras.datasets._synthetic.take import NAME, Take
from ferkeras.datasets.expressions import FIVE, THREE
from ferkeras.errors import DatasetError
from ferkeras.types import Clip, Sample

CLASSES = {3: THREE, 5: FIVE}

_SIZES, _RATES = (64, 1024), (20, 1000)
_ITEM = re.compile(r"s(\d+)_([a-z]+)_(\d+)")
# Of the pretended data sets: share of the frame rate, and factor of the sensor's noise.
_PROFILES = {"synthetic_a": (1.0, 1.0), "synthetic_b": (0.5, 1.6), "synthetic_c": (1.0, 0.6)}


def check_take(take: Take) -> None:
    """Refuse what cannot be recorded.

    Raises:
        DatasetError: size or frame rate out of range, or a length that does not hold the movement.
    """
    for name, value, (low, high) in (("size", take.size, _SIZES), ("fps", take.fps, _RATES)):
        if not low <= value <= high:
            raise DatasetError(f"{NAME}: {name}={value} is outside {low}..{high}")
    if take.frames is not None:
        if not take.still:
            raise DatasetError(f"{NAME}: frames={take.frames} and still=no contradict each other")
        fewest = longest_movement(take.fps) + 1
        if take.frames < fewest:
            raise DatasetError(
                f"{NAME}: frames={take.frames} is too few for half a second at {take.fps} "
                f"frames/s; give {fewest} or more"
            )


@dataclass(frozen=True)
class Options:
    """Options of the reader; see `ferkeras.datasets.synthetic_clips.read`."""

    subjects: int = 20
    sequences: int = 0
    samples: int = 0
    fps: int = 200
    size: int = 224
    classes: int = 3
    seed: int = 0
    annotated: str = "yes"
    still: bool = True
    datasets: int = 1

    def __post_init__(self) -> None:
        def refuse(name: str, why: str) -> None:
            raise DatasetError(f"{NAME}: {name}={getattr(self, name)} {why}")

        for name in ("sequences", "samples", "seed"):
            if getattr(self, name) < 0:
                refuse(name, "is below 0")
        if self.subjects < 1:
            refuse("subjects", "gives no clips; give 1 or more")
        if self.samples and self.sequences:
            refuse("samples", "and sequences say both how many clips there are; give one of them")
        if self.samples and self.samples < self.subjects:
            refuse("samples", f"is below subjects={self.subjects}; everybody has at least one clip")
        if self.classes not in CLASSES:
            refuse("classes", "is not 3 or 5")
        if self.annotated not in ("yes", "onset", "no"):
            refuse("annotated", "is not yes, onset or no")
        if not 1 <= self.datasets <= len(_PROFILES):
            refuse("datasets", f"is outside 1..{len(_PROFILES)}")
        for subject in range(self.datasets):
            check_take(self.take(subject, CLASSES[self.classes][0], 0))

    def dataset(self, subject: int) -> str | None:
        """Which of the pretended data sets a person is in; None where there is but one."""
        return list(_PROFILES)[subject % self.datasets] if self.datasets > 1 else None

    def take(self, subject: int, label: str, sequence: int) -> Take:
        """The take behind a clip."""
        rate, noise = _PROFILES[self.dataset(subject) or "synthetic_a"]
        fps = int(self.fps * rate)
        key = (self.seed, subject, label, sequence)
        return Take(*key, fps, self.size, still=self.still, noise=noise)


@dataclass(frozen=True)
class ClipLoader:
    """Loads an item; can be sent to other processes."""

    options: Options

    def __call__(self, item: str) -> Clip:
        """The clip, its frames not yet rendered.

        Raises:
            DatasetError: the item is not one of the reader's names.
        """
        match = _ITEM.fullmatch(item)
        if match is None or match[2] not in CLASSES[self.options.classes]:
            raise DatasetError(f"{NAME}: item {item!r} is not like 's003_surprise_01'")
        take = self.options.take(int(match[1]), match[2], int(match[3]))
        return clip_of(take, self.options.annotated)


def samples_of(options: Options) -> list[Sample]:
    """Rows of the index, in order of subjects, then classes."""
    classes = CLASSES[options.classes]
    if options.samples:
        rows = spread_clips(options.samples, options.subjects, classes, options.seed)
    else:
        each = options.sequences or 1
        rows = [(who, what) for who in range(options.subjects) for what in classes * each]
    seen: Counter[tuple[int, str]] = Counter()
    samples = []
    for subject, label in sorted(rows, key=lambda row: (row[0], classes.index(row[1]))):
        item = item_name(subject, label, seen[subject, label])
        seen[subject, label] += 1
        dataset = options.dataset(subject)
        samples.append(Sample(item, label, f"s{subject:03d}", item, dataset=dataset))
    return samples
