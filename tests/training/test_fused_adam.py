import keras
import numpy as np
import pytest

from ferkeras.training.fused_adam import FusedAdam, FusedAdamW


def fit(kind, **arguments):
    """A small network's weights after four steps, and the optimizer's state."""
    keras.utils.set_random_seed(3)
    inputs = keras.Input((5,))
    outputs = keras.layers.Dense(2)(keras.layers.Dense(4, activation="tanh")(inputs))
    model = keras.Model(inputs, outputs)
    model.compile(kind(1e-2, **arguments), "mse")
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(32, 5)), rng.normal(size=(32, 2))
    model.fit(x, y, batch_size=16, epochs=2, shuffle=False, verbose=0)
    return [np.asarray(v) for v in (*model.variables, *model.optimizer.variables)]


@pytest.mark.parametrize(
    ("fused", "plain", "arguments"),
    [
        (FusedAdam, keras.optimizers.Adam, {"beta_1": 0.8, "epsilon": 1e-3}),
        (FusedAdam, keras.optimizers.Adam, {"global_clipnorm": 0.1, "use_ema": True}),
        (FusedAdamW, keras.optimizers.AdamW, {"weight_decay": 0.1}),
    ],
)
def test_the_same_as_keras(fused, plain, arguments):
    for ours, theirs in zip(fit(fused, **arguments), fit(plain, **arguments), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-7)


def test_the_fused_operation_is_what_runs():
    import tensorflow as tf

    weight = keras.Variable(np.ones(3, "float32"))
    optimizer = FusedAdam(0.1)
    optimizer.build([weight])

    @tf.function(autograph=False)
    def step(gradient):
        optimizer.apply([gradient], [weight])

    graph = step.get_concrete_function(tf.ones(3)).graph
    assert [op.type for op in graph.get_operations()].count("ResourceApplyAdam") == 1
