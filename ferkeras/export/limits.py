"""How far a file may be from Keras."""

from __future__ import annotations

from dataclasses import dataclass

from ferkeras.errors import ExportError

LEAST_AGREEMENT = 0.95
LEAST_WITH_LABELS = 0.8  # where the true labels are asked too


@dataclass(frozen=True)
class Limits:
    """What a format's files must keep; a format's file may hold its own as ``LIMITS``.

    Attributes:
        difference: largest difference of a probability; None: any, and it is judged by what it
            recognises, see `check_labels`.
        grey_levels: largest difference of a picture's value, of 0..255; None: any.
        psnr: least PSNR of a picture to that of Keras, dB; None: any.
    """

    difference: float | None = None
    grey_levels: float | None = None
    psnr: float | None = None


def check_difference(name: str, difference: float, limit: float, of: str) -> None:
    """Pass if a file is near enough; NaN is not.

    Args:
        name: of the file.
        difference: the largest.
        limit: allowed.
        of: on what, for the message, such as ``"40 samples"``.

    Raises:
        ExportError: it is not.
    """
    if not difference <= limit:
        raise ExportError(
            f"{name} differs from Keras by {difference:.1e} on {of}, {limit:.1e} is allowed; "
            "nothing was written"
        )


def check_labels(
    name: str, agreement: float, samples: int, lost: float | None, max_drop: float
) -> None:
    """Pass if a file still recognises what its model does.

    With true labels its accuracy may fall by ``max_drop``, of so few samples that this is less
    than one, by one; and 80 % of its labels are those of Keras, else it is another model that is as
    good. Without true labels 95 % are.

    Args:
        name: of the file.
        agreement: share of samples with the label that Keras gives.
        samples: how many.
        lost: accuracy of Keras less that of the file; None: no true labels.
        max_drop: allowed, as a share.

    Raises:
        ExportError: it does not.
    """
    least = LEAST_AGREEMENT if lost is None else LEAST_WITH_LABELS
    if not agreement >= least:
        raise ExportError(
            f"{name} gives the label that Keras gives for {agreement:.1%} of {samples} samples, "
            f"{least:.0%} is needed; nothing was written"
        )
    allowed = max(1.0, max_drop * samples) if max_drop else 0.0
    if lost is not None and not lost * samples <= allowed + 1e-6:
        raise ExportError(
            f"{name} loses {100 * lost:.2f} points of accuracy on {samples} samples, "
            f"{100 * max_drop:.2f} are allowed; nothing was written"
        )
