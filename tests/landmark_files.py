"""Landmark model files for tests, small enough to be written by hand."""

import numpy as np

MEAN = np.random.default_rng(0).uniform(-0.9, 0.9, (68, 2))


def lines(name, matrix):
    """A matrix in OpenCV's YAML."""
    kind = "i" if matrix.dtype.kind == "i" else "f" if matrix.dtype == np.float32 else "d"
    rows, columns = matrix.shape
    data = ", ".join(map(repr, matrix.ravel().tolist()))
    return (
        f"{name}: !!opencv-matrix\n   rows: {rows}\n   cols: {columns}\n   dt: {kind}\n"
        f"   data: [ {data} ]\n"
    )


def lbf(path, step=(0.0, 0.0), dark=0.0):
    """An LBF model of one stage, whose only question is whether x - 0.5 is darker than x + 0.5.

    Shapes are in half sides of the box from its middle. All points move by ``step``, and by
    ``dark`` more to the right where the left of the point is darker.
    """
    text = "%YAML:1.0\n---\nstages_n: 1\ntree_n: 1\ntree_depth: 2\nn_landmarks: 68\n"
    text += lines("regressor_meanshape", MEAN)
    feature = np.zeros((4, 4))
    feature[1] = (-0.5, 0, 0.5, 0)
    for point in range(68):
        text += lines(f"tree_0_{point}_0", feature)
        text += f"thresholds_0_{point}_0: [ 0, 0, 0, 0 ]\n"
    weights = np.zeros((68, 2, 68, 2))
    for point in range(68):
        weights[point, :, point] = np.array(step)[:, None]
        weights[point, 0, point, 0] += dark
    path.write_text(text + lines("weights_0", weights.reshape(136, 136)))
    return path
