"""Settings shared by all tests."""

import os
import sys

import pytest

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")
os.environ.setdefault("MPLBACKEND", "Agg")


@pytest.fixture(autouse=True)
def _same_random_weights_in_every_run():
    if "keras" in sys.modules:
        sys.modules["keras"].utils.set_random_seed(1)
