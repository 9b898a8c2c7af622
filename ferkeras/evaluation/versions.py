"""Versions of everything that can change a number."""

from __future__ import annotations

import importlib
import importlib.metadata
import platform

PACKAGES = (
    "tensorflow",
    "keras",
    "numpy",
    "pandas",
    "scipy",
    "scikit-learn",
    "opencv-contrib-python-headless",
    "mtcnn",
    "pillow",
    "matplotlib",
)


def versions() -> dict[str, str]:
    """Name to version: ferkeras, Python, platform and the installed ones of `PACKAGES`."""
    found = {
        # By name: the root package knows every layer above this one.
        "ferkeras": importlib.import_module("ferkeras").__version__,
        "python": platform.python_version(),
        "platform": platform.platform(),
    }
    for package in PACKAGES:
        try:
            found[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            found[package] = "not installed"
    return found
