import numpy as np

from ferkeras.flow import flow_channels, normalise, optical_strain
from ferkeras.prepare import mirror
from ferkeras.types import FlowSpec, InputSpec

SPEC = InputSpec("flow_whole", 24, 24, 3, flow=FlowSpec())


def movement():
    y, x = np.mgrid[:24, :24].astype(np.float32)
    bump = np.exp(-((x - 8) ** 2 + (y - 12) ** 2) / 20)
    return np.stack([1.5 * bump, -0.6 * bump], axis=-1).astype(np.float32)


def test_mirrored_input_is_that_of_the_mirrored_movement():
    flow = movement()
    mirrored = flow[:, ::-1] * np.array([-1, 1], np.float32)
    for normalisation in ("minmax", "fixed"):
        plain, wanted = (
            normalise(flow_channels(one, optical_strain(one)), normalisation, 2.0)
            for one in (flow, mirrored)
        )
        found = mirror(plain[None].astype(np.float32), SPEC)[0]
        np.testing.assert_allclose(found, wanted, atol=1.01)  # whole numbers may round either way


def test_pictures_are_only_turned_over():
    batch = np.random.default_rng(0).uniform(0, 255, (2, 6, 4, 3)).astype(np.float32)
    spec = InputSpec("face_crop", 6, 4, 3)
    np.testing.assert_array_equal(mirror(batch, spec), batch[:, :, ::-1])
