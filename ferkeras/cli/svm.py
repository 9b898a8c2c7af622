"""``ferkeras svm``: an SVM on the features of a trained network, both exported as one model."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from ferkeras.cli._experiment import CACHE, prepare_pictures
from ferkeras.cli.output import emit
from ferkeras.errors import DatasetError

if TYPE_CHECKING:
    from ferkeras.datasets import Index
    from ferkeras.runtime import ModelCard
    from ferkeras.training.feature_svm import FeatureSVM

_NOT_CALIBRATED = "probabilities are a softmax of the SVM's decision values and not calibrated"


def command(
    source: str = typer.Argument(help="Run folder, released tag or .keras file of the network."),
    data: str = typer.Option(..., help="reader:root, the data that the network was trained on"),
    out: Path = typer.Option(..., help="Folder to make."),
    split: str = typer.Option("", help="Part of the data to fit on; default: all of it."),
    layer: str = typer.Option("features", help="The network's layer whose output the SVM takes."),
    to: str = typer.Option("onnx", help="Formats as for export, with commas between."),
    tag: str | None = typer.Option(None, help="Tag for the new card; default: the folder's name."),
    seed: int = typer.Option(0, min=0, max=2**32 - 1, help="Of the inner folds."),
    crops: int = typer.Option(200, min=1, help="How many samples each file is compared on."),
    on_missing: str = typer.Option("skip", help="No face found: skip (and count), or error."),
    overwrite: bool = typer.Option(False, help="Replace the folder if it is there."),
    cache: Path = typer.Option(CACHE, help="Folder for prepared pictures."),
    as_json: bool = typer.Option(False, "--json", help="Print JSON."),
) -> None:
    """Fit an SVM on a network's features and export both as one model.

    Kernel, C and gamma are chosen by inner folds over people. Its labels are compared with
    scikit-learn's on all samples. The folder is used like any other: predict --model <folder>.
    """
    from ferkeras._quiet import start_tensorflow

    start_tensorflow()
    import numpy as np

    from ferkeras.datasets import open_index
    from ferkeras.datasets.digests import digests
    from ferkeras.evaluation.training_parts import training_parts
    from ferkeras.export import export_model
    from ferkeras.runtime.carded import open_with_card
    from ferkeras.runtime.keras_file import KerasRunner
    from ferkeras.training.build import model_up_to
    from ferkeras.training.epoch_end import predict
    from ferkeras.training.feature_svm import fit_feature_svm
    from ferkeras.training.kept_together import kept_together
    from ferkeras.training.svm_model import check_against_pipeline, svm_model

    runner, card = open_with_card(source, engine="keras")
    assert isinstance(runner, KerasRunner)
    network = runner.model
    part = model_up_to(network, layer)
    index = open_index(data)
    _check_classes(index, card)
    found = digests(index)
    rows = training_parts(index, split, digests=found).train
    prepared = prepare_pictures(index, card.input, cache, on_missing, found)
    usable = np.isin(prepared.rows, rows)
    rows, pictures = prepared.rows[usable], prepared.pictures[usable]
    features = predict(part, pictures, card.input).reshape(len(rows), -1)
    groups = kept_together(index.table.iloc[rows])
    svm = fit_feature_svm(features, index.labels[rows], groups, seed=seed)
    model = svm_model(network, layer, svm, len(index.classes))
    check_against_pipeline(model, svm, features, predict(model, pictures, card.input))
    shown = np.unique(np.linspace(0, len(rows) - 1, min(crops, len(rows))).astype(int))
    result = export_model(
        model,
        card.input,
        card.labels,
        out,
        samples=pictures[shown].astype(np.float32),
        formats=[name.strip() for name in to.split(",") if name.strip()],
        system=card.system,
        tag=tag or out.absolute().name,
        about={
            "trained_on": f"network: {card.trained_on or 'not said'}; SVM on its layer {layer}: "
            f"{index.name}, {len(rows)} samples",
            "licence": card.licence,
            "intended_use": card.intended_use,
            "not_for": "; ".join(filter(None, [card.not_for, _NOT_CALIBRATED])),
        },
        overwrite=overwrite,
    )
    values = {
        "folder": str(result.folder),
        "samples": len(rows),
        "left_out": len(prepared.skipped),
        "setting": svm.setting,
        "inner_folds": svm.inner_folds,
        "inner_uf1": svm.inner_uf1,
        "kept_together_by": sorted({name.split(" ")[0] for name in groups.tolist()}),
        "same_labels_as_scikit_learn": len(rows),
        "files": [vars(one) for one in result.parity],
        "card": result.card.to_dict(),
    }
    emit(values, _text(values, svm), as_json)


def _check_classes(index: Index, card: ModelCard) -> None:
    if tuple(index.classes) != tuple(card.labels):
        raise DatasetError(
            f"{index.name} has the classes {', '.join(index.classes)}, the network "
            f"{', '.join(card.labels)}; give the data that it was trained on"
        )


def _text(values: dict[str, Any], svm: FeatureSVM) -> str:
    setting = ", ".join(f"{name} {value}" for name, value in svm.setting.items())
    chosen = f"UF1 {svm.inner_uf1:.4f} on {svm.inner_folds} inner folds"
    if not svm.inner_folds:
        chosen = "not chosen: too few people or classes for inner folds"
    return "\n".join(
        [
            f"SVM: {setting} ({chosen}, kept together by {', '.join(values['kept_together_by'])}; "
            "the network has seen these people, so this is no score)",
            f"the same label as scikit-learn on all {values['samples']} samples",
            *(
                f"{one['file']}: {one['megabytes']:.2f} MB, largest difference from Keras "
                f"{one['max_abs_difference']:.1e}, same label {one['top1_agreement']:.1%}"
                for one in values["files"]
            ),
            _NOT_CALIBRATED,
            f"card: {Path(values['folder']) / 'card.json'}",
        ]
    )
