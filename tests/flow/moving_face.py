"""Small clips and fields with a known movement, for the tests of ferkeras.flow."""

import cv2
import numpy as np
from skimage.data import astronaut


def still_face(side=224):
    """A real face, its eyes and mouth about where a registered face has them, float32 grey."""
    face = cv2.cvtColor(astronaut()[40:190, 150:300], cv2.COLOR_RGB2GRAY)
    return cv2.resize(face.astype(np.float32), (side, side), interpolation=cv2.INTER_CUBIC)


def bump(side, centre, move, width):
    """A Gaussian of movement ``(u, v)`` pixels around a point (x, y): flow (side, side, 2)."""
    y, x = np.mgrid[:side, :side].astype(np.float32)
    height = np.exp(-((x - centre[0]) ** 2 + (y - centre[1]) ** 2) / (2 * width**2))
    return (height[..., None] * np.float32(move)).astype(np.float32)


def similarity_field(side, shift, growth, turn):
    """Shift in pixels, growth as a share and turn in radians around the middle."""
    y, x = np.mgrid[:side, :side].astype(np.float32) - (side - 1) / 2
    u, v = shift[0] + growth * x - turn * y, shift[1] + turn * x + growth * y
    return np.dstack([u, v]).astype(np.float32)


def moved(picture, flow):
    """The picture after the movement: result(z + flow(z)) = picture(z)."""
    side, flow = len(picture), np.float32(flow)
    y, x = np.mgrid[:side, :side].astype(np.float32)
    back = flow.copy()
    for _ in range(15):  # the movement that ended at each pixel, by fixed point iteration
        back = cv2.remap(
            flow, x - back[..., 0], y - back[..., 1], cv2.INTER_LINEAR, None, cv2.BORDER_REPLICATE
        )
    return cv2.remap(
        picture, x - back[..., 0], y - back[..., 1], cv2.INTER_CUBIC, None, cv2.BORDER_REPLICATE
    )


def to_bytes(picture, random=None, noise=0.0):
    if random is not None:
        picture = picture + random.normal(0, noise, picture.shape)
    return np.clip(np.rint(picture), 0, 255).astype(np.uint8)


def clip(seed, onset, apex, offset, frames, amplitude=1.5, noise=2.0, jitter=0.25, flicker=0.03):
    """RGB frames of a mouth corner and a brow that move and go back, jittering and flickering."""
    random = np.random.default_rng(seed)
    face = still_face()
    field = bump(224, (150, 165), (0.8 * amplitude, -0.6 * amplitude), 18)
    field += bump(224, (80, 60), (0, -0.7 * amplitude), 18)
    result = []
    for at in range(frames):
        up = np.clip((at - onset) / (apex - onset), 0, 1)
        down = np.clip((at - apex) / (offset - apex), 0, 1) if offset > apex else 0
        share = np.sin(np.pi / 2 * up) ** 2 * np.cos(np.pi / 2 * down) ** 2
        head = similarity_field(224, random.normal(0, jitter, 2), 0, random.normal(0, 0.002))
        lamp = 1 + flicker * np.sin(2 * np.pi * at / 7.3)
        grey = to_bytes(lamp * moved(face, share * field + head), random, noise)
        result.append(np.dstack([grey, grey, grey]))
    return np.stack(result)
