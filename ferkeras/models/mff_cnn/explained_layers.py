"""Where Fig. 8 of Zou, Zhang and Lee 2021 looks into MFF-CNN."""

from __future__ import annotations

import re

import keras

from ferkeras.errors import FerkerasError
from ferkeras.models.explained_layer import ExplainedLayer


def explained_layers(model: keras.Model) -> list[ExplainedLayer]:
    """The last two pools of the image branch, and the last pool of the patch branch.

    In the paper's network these are its second and third, and its second max-pool. The patches
    come twice, before and after feature selection. Where a variant normalises behind the pool, the
    normalised maps are taken, because they are what the next layers see. Each branch is explained
    by its own scores before the softmax; the fused prediction is the mean of both softmax outputs.

    Args:
        model: any variant of `ferkeras.models.MFFCNN`.

    Raises:
        FerkerasError: the model has no such branches.
    """
    image, patch = (_stage_ends(model, branch) for branch in ("image", "patch"))
    if not image or not patch:
        raise FerkerasError(f"{model.name}: has no image and patch branch, so it is no MFF-CNN")
    levels = ("mid-level", "high-level")[-len(image[-2:]) :]
    faces = [
        ExplainedLayer(f"whole face, {level}", name, "image_scores")
        for level, name in zip(levels, image[-2:], strict=True)
    ]
    last, scores, cutter = patch[-1], "patch_scores", "patches"
    return [
        *faces,
        ExplainedLayer("patches before selection", last, scores, cutter, before="selected"),
        ExplainedLayer("patches after selection", last, scores, cutter),
    ]


def _stage_ends(model: keras.Model, branch: str) -> list[str]:
    """Names of the last layer of each stage of a branch, first stage first."""
    ends: dict[int, str] = {}
    for layer in model.layers:
        found = re.fullmatch(rf"{branch}(\d+)_(pool|bn)", layer.name)
        if found and (found[2] == "bn" or int(found[1]) not in ends):
            ends[int(found[1])] = layer.name
    return [ends[stage] for stage in sorted(ends)]
