"""MTCNN's cascade: each network looks more closely at what the one before left over.

K. Zhang, Z. Zhang, Z. Li, Y. Qiao: Joint face detection and alignment using multi-task cascaded
convolutional networks, IEEE Signal Processing Letters 23(10), 2016, section II-A. The settings, and
how boxes count, are those with which the weights of the package ``mtcnn`` are used there.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from ferkeras.detect._mtcnn_boxes import (
    Boxes,
    best_first,
    corrected,
    squares,
    windows,
    without_overlap,
)
from ferkeras.detect._mtcnn_networks import MtcnnNetwork
from ferkeras.detect._mtcnn_weights import NETWORKS
from ferkeras.types import FloatArray, Picture

MIN_FACE = 20
"""Pixels. With a larger one the pyramid below would end under P-Net's 12 pixels."""

_STEP = 0.709  # from a level of the pyramid to the next: half the area
_STRIDE = 2  # of P-Net, in pixels
_PROPOSED, _REFINED, _ACCEPTED = 0.6, 0.7, 0.8  # least probability in P-Net, R-Net, O-Net
_AT_ONE_SIZE, _OVERLAP = 0.5, 0.7  # largest overlap within a level, and otherwise
_BATCH = 64  # windows in a network at a time, so that its memory has a limit


class MtcnnCascade:
    """P-Net, R-Net and O-Net in turn.

    Raises:
        FaceError: a package or the weights are missing or damaged.
    """

    def __init__(self) -> None:
        self._propose, self._refine, self._accept = (MtcnnNetwork(name) for name in NETWORKS)

    def __call__(self, picture: Picture) -> tuple[Boxes, FloatArray, FloatArray]:
        """Find faces.

        Args:
            picture: uint8 RGB; each side longer than `MIN_FACE`.

        Returns:
            Boxes ``(n, 4)`` (left, top, right, bottom), probabilities ``(n,)`` in falling order,
            and landmarks ``(n, 5, 2)`` in pixels.
        """
        pixels = (picture.astype(np.float32) - np.float32(127.5)) / np.float32(128)
        boxes = squares(self._proposals(pixels))

        correction, score = self._judge(self._refine, "rnet", pixels, boxes)
        boxes = corrected(boxes, correction)
        good = np.flatnonzero(score > _REFINED)
        good = good[best_first(score[good])]
        boxes = squares(boxes[good[without_overlap(boxes[good], _OVERLAP, "union")]])

        correction, points, score = self._judge(self._accept, "onet", pixels, boxes)
        # five x, five y, as shares of the square; counted like a box, so a pixel further on
        sides = boxes[:, None, 2:] - boxes[:, None, :2] + 1
        landmarks = points.reshape(-1, 2, 5).swapaxes(1, 2) * sides + boxes[:, None, :2] - 1
        boxes = corrected(boxes, correction)
        good = np.flatnonzero(score > _ACCEPTED)
        good = good[best_first(score[good])]
        good = good[without_overlap(boxes[good], _OVERLAP, "min")]
        return boxes[good], score[good], landmarks[good].astype(np.float32)

    def _proposals(self, pixels: FloatArray) -> Boxes:
        """Where P-Net sees a face at some level of the pyramid, corrected; best first."""
        height, width = pixels.shape[:2]
        side = NETWORKS["pnet"].side
        found, scores = [np.zeros((0, 4))], [np.zeros(0, np.float32)]
        levels = round(np.log(min(height, width) / side) / -np.log(_STEP) - 1)
        for scale in side / MIN_FACE * _STEP ** np.arange(levels):
            size = int(width * scale), int(height * scale)
            level = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.float32)
            correction, probability = (head[0] for head in self._propose(level[None]))
            rows, columns = np.nonzero(probability[..., 1] > _PROPOSED)
            score = probability[rows, columns, 1]
            corner = _STRIDE * np.stack([columns, rows], axis=1)
            # a window counts its pixels from 1 and its corners as pixels: side - 1 apart
            cells = np.concatenate([corner + 1, corner + side], axis=1)
            boxes = (cells + correction[rows, columns] * (side - 1)) / scale
            order = best_first(score)
            order = order[without_overlap(boxes[order], _AT_ONE_SIZE, "union")]
            found.append(boxes[order])
            scores.append(score[order])
        boxes, score = np.concatenate(found), np.concatenate(scores)
        boxes = boxes[best_first(score)]
        return boxes[without_overlap(boxes, _OVERLAP, "union")]

    def _judge(
        self, network: MtcnnNetwork, name: str, pixels: FloatArray, boxes: Boxes
    ) -> list[NDArray[np.float32]]:
        """What a network says of boxes: its heads but the last, and the probability of a face."""
        side, _, heads = NETWORKS[name]
        parts = [
            network(windows(pixels, boxes[start : start + _BATCH], side))
            for start in range(0, len(boxes), _BATCH)
        ]
        said = [
            np.concatenate([np.zeros((0, values), np.float32), *(part[n] for part in parts)])
            for n, values in enumerate(heads)
        ]
        return [*said[:-1], said[-1][:, 1]]
