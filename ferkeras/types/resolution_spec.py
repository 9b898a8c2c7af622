"""How a face is made small, and enlarged again, before a model sees it."""

from __future__ import annotations

from dataclasses import dataclass

from ferkeras.errors import FerkerasError


@dataclass(frozen=True)
class ResolutionSpec:
    """Low resolution as in Mariyathas et al. 2025: what a model gets of a face of few pixels.

    The face that was found is brought to four times ``side`` first, the sharp picture, and then
    made small (`ferkeras.media.degrade`: mean of what a pixel covers, Gaussian 3x3, and median 3x3
    with probability 1/2). So a face that is smaller than that is brought to ``side`` too: one
    of just that size keeps its pixels, but is blurred as the others are; set ``blur=False`` for
    faces that are small anyway. Of input that is not square, the shorter side becomes ``side``.

    Whether the median is applied is drawn once for each picture, and once for all frames of a
    clip, by ``seed`` and the face's own pixels: equal faces are made equally small, in training
    and in use, in any order. Faces and landmarks are found, and followed, in the picture as it is.

    Attributes:
        side: of the small face in pixels, 8..256; the paper's is 32.
        restore: how it is enlarged again. ``"none"``: not at all, so that it is stretched to the
            model's size as any small face is (in clips as by bicubic); ``"bicubic"``: four times,
            by `ferkeras.media.resample`; else a model of super-resolution by four, as
            `ferkeras.Restorer.load` takes it: a released tag, a file or a run folder.
        blur: False: made smaller alone, without Gaussian and median.
        seed: of the draws, 0 or above.
    """

    side: int = 32
    restore: str = "bicubic"
    blur: bool = True
    seed: int = 0

    def __post_init__(self) -> None:
        for name, least, most in (("side", 8, 256), ("seed", 0, 2**32 - 1)):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
                raise FerkerasError(
                    f"ResolutionSpec.{name} is {value!r}, expected a whole number in "
                    f"{least}..{most}"
                )
        if not isinstance(self.restore, str) or not self.restore:
            raise FerkerasError(
                f"ResolutionSpec.restore is {self.restore!r}, expected 'none', 'bicubic', or the "
                "tag or path of a model of super-resolution"
            )
        if not isinstance(self.blur, bool):
            raise FerkerasError(f"ResolutionSpec.blur is {self.blur!r}, expected true or false")

    @property
    def restorer(self) -> str | None:
        """The model that enlarges; None where none is needed."""
        return None if self.restore in ("none", "bicubic") else self.restore
