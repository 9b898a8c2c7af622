"""Every random number inside a model as a function of seed and epoch."""

from __future__ import annotations

import keras
import numpy as np


def set_random_state(model: keras.Model, seed: int, epoch: int) -> None:
    """Set all seed generators of a model's layers, so that a resumed run draws as an unbroken one.

    Args:
        model: the model that is trained.
        seed: the recipe's.
        epoch: counted from 0 over the whole run.
    """
    for number, layer in enumerate(model.layers):
        # The layer itself comes first, then those inside it, such as a backbone's.
        for place, inner in enumerate(layer._flatten_layers()):
            for name in ("seed_generator", "generator"):  # of Keras' random layers, and of ours
                generator = getattr(inner, name, None)
                if isinstance(generator, keras.random.SeedGenerator):
                    key = [seed, epoch, number, *([place] if place else [])]
                    state = np.random.SeedSequence(key).generate_state(2)
                    generator.state.assign(state.astype("uint32"))
