"""The weights of the published PyTorch HTNet -> ours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import keras

from ferkeras.models._state_dict import read_state_dict
from ferkeras.models._torch_weights import assign_weights
from ferkeras.models.htnet._torch_weights import torch_weights
from ferkeras.models.htnet.model import HTNet

__all__ = ["from_torch", "read_state_dict"]
_HINT = "hidden_dim=256, num_heads=3, block_repeats=(2, 2, 8), classes=3"


def from_torch(state_dict: Mapping[str, Any], **config: Any) -> keras.Model:
    """A model with the weights of a state dict of the published code.

    Args:
        state_dict: name -> torch tensor or NumPy array, see `read_state_dict`.
        config: arguments of `HTNet`; the variant is ``"official"`` unless it is among them.

    Returns:
        The model; its answers are those of the published code within float32's precision.

    Raises:
        ModelFileError: a weight that is missing, is no array of finite numbers, has another shape,
            or is left over.
        ValueError: positions or scale that the published network does not have; see also `HTNet`.

    Example:
        >>> weights = read_state_dict("SMIC_s3.pth")
        >>> model = from_torch(weights, classes=3)
    """
    if config.get("positions", "scalar") != "scalar" or config.get("rescale"):
        raise ValueError('the published network has positions="scalar" and rescale=False')
    model = HTNet(**{"variant": "official", "positions": "scalar", "rescale": False, **config})
    assign_weights(torch_weights(model), state_dict, _HINT)
    return model
