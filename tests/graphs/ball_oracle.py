"""Granular balls by NumPy alone, slowly, from the description: an oracle for the compiled code."""

import numpy as np


def smoothed(grey):
    """Gaussian 3x3, weights 1 2 1, borders mirrored without the edge pixel, halves rounded up."""
    mode = [("reflect" if size > 1 else "edge") for size in grey.shape]
    around = np.pad(grey.astype(np.int64), ((1, 1), (0, 0)), mode=mode[0])
    around = np.pad(around, ((0, 0), (1, 1)), mode=mode[1])
    rows = around[:-2] + 2 * around[1:-1] + around[2:]
    return (rows[:, :-2] + 2 * rows[:, 1:-1] + rows[:, 2:] + 8) // 16


def gradient(image):
    """Half of |Sobel x| plus half of |Sobel y|, each at most 255; halves rounded to even."""
    mode = [("reflect" if size > 1 else "edge") for size in image.shape]
    around = np.pad(image, ((1, 1), (0, 0)), mode=mode[0])
    around = np.pad(around, ((0, 0), (1, 1)), mode=mode[1])
    mixed = around[:-2] + 2 * around[1:-1] + around[2:]
    across = mixed[:, 2:] - mixed[:, :-2]
    mixed = around[:, :-2] + 2 * around[:, 1:-1] + around[:, 2:]
    down = mixed[2:] - mixed[:-2]
    both = np.minimum(abs(across), 255) + np.minimum(abs(down), 255)
    return np.rint(both / 2).astype(np.int64)


def inside(image, ball):
    row, column, half_x, half_y = ball
    rows = slice(max(0, row - half_y), row + half_y + 1)
    return image[rows, max(0, column - half_x) : column + half_x + 1]


def purity_of(image, ball, tolerance):
    return np.mean(abs(inside(image, ball) - image[ball[0], ball[1]]) <= tolerance)


def balls_of(image, purity, tolerance, variance, grown=None):
    grown = grown or grown_within_limits
    slopes, covered, balls = gradient(image), np.zeros(image.shape, bool), []
    while not covered.all():
        free = np.where(covered, 256, slopes)
        row, column = np.unravel_index(np.argmin(free), free.shape)
        ball = grown(image, (int(row), int(column)), purity, tolerance, variance)
        inside(covered, ball)[:] = True
        balls.append(ball)
    return np.array(balls)


def variance_of(pixels):
    return (pixels.size * int((pixels**2).sum()) - int(pixels.sum()) ** 2) / pixels.size**2


def grown_within_limits(image, seed, wanted, tolerance, variance):
    half, axis, still_open = [0, 0], 0, [True, True]
    while any(still_open):
        if not still_open[axis]:
            axis = 1 - axis
        bigger = half.copy()
        bigger[axis] += 1
        before, after = inside(image, (*seed, *half)), inside(image, (*seed, *bigger))
        size = after.size
        if (
            size > before.size
            and variance_of(after) < variance
            and purity_of(image, (*seed, *bigger), tolerance) > wanted
        ):
            half, wanted = bigger, min(wanted * 1.005, 0.99)
        else:
            still_open[axis] = False
        axis = 1 - axis
    return (*seed, *half)


def grown_as_official(image, seed, wanted, tolerance, variance):
    """Every rectangle that is tried has to have another size than the one tried before it."""
    half, axis, still_open, tried = [0, 0], 0, [True, True], None
    while any(still_open):
        if not still_open[axis]:
            axis = 1 - axis
        half[axis] += 1
        pixels = inside(image, (*seed, *half))
        if pixels.size == tried:
            return (*seed, *half)
        tried = pixels.size
        far = np.count_nonzero(abs(pixels - image[seed]) > tolerance)
        if 1 - far / tried > wanted and variance_of(pixels) < variance:
            wanted = wanted * 1.005 if wanted < 0.99 else 0.99
        else:
            half[axis] -= 1
            still_open[axis] = False
        axis = 1 - axis
    return (*seed, *half)


def edges_of(image, balls):
    """All pairs, by the pixels themselves."""
    masks = np.zeros((len(balls), image.size), np.int64)
    for mask, ball in zip(masks, balls, strict=True):
        inside(mask.reshape(image.shape), ball)[:] = 1
    return np.argwhere((masks @ masks.T > 0) & ~np.eye(len(balls), dtype=bool)).T
