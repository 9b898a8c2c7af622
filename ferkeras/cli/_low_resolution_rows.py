"""The rows of ``ferkeras study low-resolution``: a network, and an SVM on its features."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ferkeras.cli._experiment import make_recipe
from ferkeras.cli._low_resolution_pictures import Version
from ferkeras.cli._protocol_run import ProtocolRuns
from ferkeras.cli._study_choices import folder_name, protocol_folder
from ferkeras.cli._study_rows import Row
from ferkeras.errors import RecipeError

if TYPE_CHECKING:
    from ferkeras.evaluation import Protocol
    from ferkeras.training import Recipe

SYSTEM = "micro_cnn"


@dataclasses.dataclass(frozen=True)
class Plan:
    """One protocol on one version of the faces.

    Attributes:
        protocol, version: which.
        folder: of its two evaluations, ``cnn`` and ``svm``.
    """

    protocol: Protocol
    version: Version
    folder: Path


def sharp_recipe(settings: list[str], epochs: int | None, seed: int) -> Recipe:
    """MicroCNN's recipe; its input is that of the sharp faces.

    Raises:
        RecipeError: it does not take RGB faces that can be shrunk, or another than its last epoch.
    """
    from ferkeras.inputs.low_resolution import SCALE

    recipe = make_recipe(SYSTEM, None, settings, epochs=epochs, seed=seed)
    spec = recipe.input
    if recipe.select != "last":
        raise RecipeError(f"select is {recipe.select!r}; in this study the last epoch counts")
    if spec.kind != "face_crop" or spec.channels != 3 or spec.graph is not None:
        raise RecipeError("this study takes face crops in RGB: leave input.kind and channels alone")
    if spec.resolution is not None:
        raise RecipeError("this study makes its faces small itself: leave input.resolution out")
    if spec.height % SCALE or spec.width % SCALE:
        raise RecipeError(
            f"input is {spec.width}x{spec.height} pixels; both sides must be multiples of {SCALE}"
        )
    return recipe


def plans_of(protocols: Sequence[Protocol], made: Sequence[Version], out: Path) -> list[Plan]:
    """Every protocol on every version."""
    return [
        Plan(one, version, out / protocol_folder(one) / folder_name(version.name))
        for one in protocols
        for version in made
    ]


def rows_of(plan: Plan, runs: ProtocolRuns, recipe: Recipe) -> list[Row]:
    """The network first, then the SVM, which reads what each of its folds left."""
    from ferkeras.models.micro_cnn.model import FEATURES
    from ferkeras.training.svm_fitter import FeatureKeeper, SVMFitter

    height, width = plan.version.prepared.pictures.shape[1:3]
    size = dataclasses.replace(recipe.input, height=height, width=width)
    own = recipe.model_copy(update={"input": size})
    network, machine = plan.folder / "cnn", plan.folder / "svm"
    svm = SVMFitter(runs.index, network, recipe.seed)
    pictures = runs.with_prepared(plan.version.prepared)

    def row(model: str, folder: Path, wrap: Any, more: dict[str, Any]) -> Row:
        return Row(
            f"{plan.protocol.name}, {plan.version.name}, {model}",
            folder,
            pictures,
            own,
            plan.protocol,
            wrap,
            {**plan.version.settings, **more},
        )

    return [
        row("CNN", network, lambda fit: FeatureKeeper(fit, FEATURES), {}),
        row("CNN + SVM", machine, lambda fit: svm, svm.settings),
    ]
