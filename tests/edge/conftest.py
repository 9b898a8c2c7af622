"""Tests for a bare device; scripts/test_edge makes its environment and runs them there."""

import importlib.util
import json
import os
from pathlib import Path

import pytest

if importlib.util.find_spec("tensorflow"):
    collect_ignore_glob = ["test_*.py"]  # this is the full environment, not a bare device


@pytest.fixture(scope="session")
def media():
    """A photograph, a clip of frames, and ``expected.json``: what the full environment gives."""
    return Path(os.environ["FERKERAS_EDGE_MEDIA"])


@pytest.fixture(scope="session")
def expected(media):
    return json.loads((media / "expected.json").read_text())
