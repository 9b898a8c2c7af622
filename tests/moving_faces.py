"""A real face that moves by known amounts; rendered by SciPy's splines."""

from collections.abc import Sequence
from functools import cache

import numpy as np
from scipy import ndimage
from skimage import data
from skimage.transform import SimilarityTransform

from ferkeras.detect import load_detector
from ferkeras.detect.align import TEMPLATE
from ferkeras.types import Face

PORTRAIT = np.ascontiguousarray(data.astronaut()[:224, 112:336])
CENTRE = np.array([111.0, 114.0])  # of its face
BOX = (62.0, 66.0, 98.0, 98.0)
POINTS = (TEMPLATE * BOX[2] + [BOX[0] - 0.5, BOX[1] - 0.5]).astype(np.float32)
MOUTH, BROW = (112.0, 141.0), (92.0, 86.0)
STILL = np.eye(2, 3)


def turned(scale=1.0, angle=0.0, shift=(0.0, 0.0)):
    """A similarity around the middle of the face, as a matrix (2, 3)."""
    to_middle = SimilarityTransform(translation=-CENTRE)
    turn = SimilarityTransform(scale=scale, rotation=angle)
    back = SimilarityTransform(translation=CENTRE + shift)
    return (to_middle + turn + back).params[:2]


def bump(place, width):
    """Share of a movement around a point: a Gaussian."""
    x, y = place
    return lambda px, py: np.exp(-(((px - x) ** 2 + (py - y) ** 2) / (2 * width**2)))


def rendered(motion=STILL, expression=None, gain=1.0, offset=0.0, noise=0.0, seed=0):
    """The portrait after a movement of the head, uint8 RGB (224, 224, 3).

    ``expression(x, y)`` gives how far down each point of the first frame goes before that, in
    pixels (of the movement's end, which for small ones is the same).
    """
    height, width = PORTRAIT.shape[:2]
    y, x = np.mgrid[:height, :width].astype(float)
    back = np.linalg.inv(np.vstack([motion, [0, 0, 1]]))
    at_x, at_y = (back[row, 0] * x + back[row, 1] * y + back[row, 2] for row in (0, 1))
    if expression is not None:
        at_y = at_y - expression(at_x, at_y)
    seen = np.dstack(
        [
            ndimage.map_coordinates(channel, [at_y, at_x], order=3, mode="nearest", prefilter=False)
            for channel in _splines()
        ]
    )
    seen = gain * seen + offset
    if noise:
        seen += np.random.default_rng(seed).normal(0, noise, seen.shape)
    return np.clip(np.rint(seen), 0, 255).astype(np.uint8)


def distance(motion, other):
    """Mean distance between where two movements take the points of the face."""
    x, y, width, height = BOX
    grid = np.stack(np.meshgrid(np.linspace(x, x + width, 9), np.linspace(y, y + height, 9)), -1)
    points = np.concatenate([grid, np.ones((9, 9, 1))], axis=-1)
    return np.linalg.norm(
        points @ np.asarray(motion).T - points @ np.asarray(other).T, axis=-1
    ).mean()


@cache
def found_face():
    """What Viola-Jones finds."""
    return load_detector("viola_jones").detect(PORTRAIT)[0]


@cache
def _splines():
    return [ndimage.spline_filter(PORTRAIT[..., c].astype(float), order=3) for c in range(3)]


class Reads(Sequence):
    """Frames made when they are asked for; remembers which."""

    def __init__(self, *frames):
        self.frames, self.asked = frames, []

    def __len__(self):
        return len(self.frames)

    def __getitem__(self, at):
        self.asked.append(at)
        frame = self.frames[at]
        return frame() if callable(frame) else frame


class Finds:
    """A detector with one answer."""

    name = "finds"

    def __init__(self, *faces):
        self.faces, self.seen = list(faces), []

    def detect(self, picture):
        self.seen.append(picture)
        return self.faces


def one_face(landmarks=POINTS):
    return Finds(Face(BOX, landmarks=landmarks, detector="finds"))


def smile(strength):
    muscle = bump(MOUTH, 9.0)
    return lambda x, y: strength * muscle(x, y)
