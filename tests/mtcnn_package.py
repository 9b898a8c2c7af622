"""The package ``mtcnn`` as an oracle: its Keras networks and its own cascade, in TensorFlow."""

from functools import cache

import numpy as np


@cache
def stages():
    """Its P-Net, R-Net and O-Net with what belongs to each."""
    from mtcnn import MTCNN

    return dict(zip(("pnet", "rnet", "onet"), MTCNN(device="CPU:0").stages, strict=True))


def found(picture):
    """Boxes (n, 4), probabilities (n,), landmarks (n, 5, 2); smallest face 20 pixels.

    MTCNN.detect_faces takes every TensorFlow error for "no face", and rounds.
    """
    from mtcnn.utils.images import load_images_batch, standarize_batch

    pixels, shapes, _ = standarize_batch(load_images_batch([picture]), normalize=True)
    rows = None
    for stage in stages().values():
        rows = stage(
            bboxes_batch=rows, images_normalized=pixels, images_oshapes=shapes, min_face_size=20
        )
        if len(rows) == 0:
            rows = np.empty((0, 16))
            break
    return rows[:, 1:5], rows[:, 5], rows[:, 6:].reshape(-1, 2, 5).swapaxes(1, 2)
