"""Independent random streams named by numbers."""

from __future__ import annotations

import numpy as np

IDENTITY, RECORDING, FRAME = 1, 2, 3
CLIP, CLIP_FRAME, SPREAD = 4, 5, 6


def stream(seed: int, kind: int, *numbers: int) -> np.random.Generator:
    """The random stream of one thing (a person, a recording, a frame, a clip).

    Equal arguments give equal streams on every machine, whatever was drawn before.

    Args:
        seed: the data set's seed, 0 or above.
        kind: one of this module's constants, such as `IDENTITY`.
        numbers: which one: subject, class, sequence, frame; each 0 or above.
    """
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, kind, *numbers])))
