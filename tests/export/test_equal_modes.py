import numpy as np
from exported_model import LABELS, SPEC, tiny_model

from ferkeras.export.equal_modes import equal_modes
from ferkeras.export.export_source import ExportSource
from ferkeras.export.formats import tflite_int8
from ferkeras.layers import SpectralGraphConv
from ferkeras.models import SPEGNN
from ferkeras.runtime import open_model


def smooth(count, seed=0):
    """Pictures of large areas, with little detail as photographs have it; float32 0..255."""
    walk = np.random.default_rng(seed).normal(size=(count, 28, 28, 1)).cumsum(1).cumsum(2)
    low, high = walk.min((1, 2), keepdims=True), walk.max((1, 2), keepdims=True)
    return (255 * (walk - low) / (high - low)).round().astype(np.float32)


def spectral():
    """SPEGNN in small, with weights so large that the classes differ."""
    model = SPEGNN((28, 28, 1), 3, nodes=100, spectral_filters=4)
    rng = np.random.default_rng(3)
    for weight in model.trainable_variables:
        weight.assign(rng.normal(0, 0.3, weight.shape))
    return model


def modes_of(model, pictures, factor):
    layer = model.get_layer("spectral_conv")
    values = np.asarray(model.get_layer("nodes")(pictures / 127.5 - 1))
    return np.abs(np.einsum("nm,bnc->bmc", factor * np.asarray(layer.basis), values)).max((0, 2))


def test_modes_come_nearer_to_each_other_and_the_answer_is_the_same():
    model, pictures = spectral(), smooth(40)
    expected = np.asarray(model(pictures, training=False))
    before = modes_of(model, pictures, 1)
    with equal_modes(model, [pictures]):
        there, back = model.get_layer("spectral_conv").bases()
        got = np.asarray(model(pictures, training=False))
    basis = np.asarray(model.get_layer("spectral_conv").basis)
    np.testing.assert_allclose(np.asarray(there) * np.asarray(back), basis**2, atol=1e-6)
    np.testing.assert_allclose(got, expected, atol=1e-5)
    factor = np.median(np.asarray(there) / np.where(basis == 0, 1, basis), axis=0)
    after = modes_of(model, pictures, factor)
    apart = before.max() / before.min()
    assert 20 < apart < 1e4
    np.testing.assert_allclose(after.max() / after.min(), apart**0.5, rtol=1e-3)
    assert model.get_layer("spectral_conv").bases()[0] is not there
    np.testing.assert_array_equal(np.asarray(model(pictures, training=False)), expected)


def test_integers_come_nearer_to_float(tmp_path, monkeypatch):
    model, pictures = spectral(), smooth(60, seed=8)
    expected = np.asarray(model(pictures, training=False))
    source = ExportSource(model, SPEC, [smooth(60)], LABELS)

    def error():
        tflite_int8.write(source, tmp_path)
        return np.abs(open_model(tmp_path / tflite_int8.FILE).predict(pictures) - expected).mean()

    equal = error()
    monkeypatch.setattr("ferkeras.export.equal_modes._factors", np.ones_like)
    assert equal < 0.8 * error()


def test_a_model_without_such_layers_is_left_alone():
    usual = SpectralGraphConv.bases
    with equal_modes(tiny_model(), []):
        pass
    assert SpectralGraphConv.bases is usual
