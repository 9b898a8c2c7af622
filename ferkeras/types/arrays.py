"""Names of the arrays that travel."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
FloatArray = NDArray[np.float32]
Flow = NDArray[np.float32]
"""Motion from one picture to another, ``(height, width, 2)``: u to the right, v down, in pixels."""
