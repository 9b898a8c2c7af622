"""Publish an exported model in a repository that TensorFlow Serving reads."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from ferkeras.errors import ExportError
from ferkeras.export.serving.batching import batch_sizes
from ferkeras.export.serving.server_files import (
    BATCHING,
    COMPOSE,
    CONFIG,
    MODEL_CONFIG,
    POOL,
    batching_text,
    checked_config,
    config_text,
    write_server_files,
)
from ferkeras.files import write_bytes
from ferkeras.runtime.card import CARD, ModelCard, hash_files, read_card, verify_file
from ferkeras.runtime.engines import version_folder

_SAVED_MODEL, _LABELS = "saved_model", "labels.txt"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
_MOST = 2**63 - 1  # the server holds a version in 64 bits


@dataclass(frozen=True)
class Published:
    """What was published.

    Attributes:
        name: of the model, as clients call it.
        version: its number.
        folder: ``<repository>/<name>/<version>``.
    """

    name: str
    version: int
    folder: Path


def publish(
    exported_folder: str | os.PathLike[str],
    repository: str | os.PathLike[str],
    *,
    name: str | None = None,
    version: int | None = None,
) -> Published:
    """Put an exported SavedModel into ``<repository>/<name>/<version>/``.

    The version is written beside its place, under a hidden name that the server passes over, and
    moved there in one step: a server that looks at that moment sees all of it or nothing. Of two
    that publish at once each gets a number of its own. After a kill a hidden folder
    ``.<anything>.part`` may be left, which can be deleted.

    The version holds the SavedModel, ``labels.txt``, ``card.json`` and, where requests may be put
    into one batch, ``batching_params.pbtxt``. In the repository ``models.config`` is made anew to
    name every model there; ``batching.config`` and ``docker-compose.yml`` are written where there
    are none: see `ferkeras.export.serving.server_files`.

    Args:
        exported_folder: what `ferkeras.export.export_model` or `export_restorer` wrote, with a
            SavedModel in it; its files must have the SHA-256 that its card gives.
        repository: is made if it is not there.
        name: of the model; None: ``<system>-<tag>`` of the card (``-frames`` behind it of such).
        version: 1 or more, and not there yet; None: one more than the highest that is there.

    Raises:
        ExportError: a name or a number that the server cannot take, a version that is there, or no
            SavedModel.
        ModelFileError: no card, or files that are not the card's.
    """
    source, root = Path(exported_folder), Path(repository)
    card = read_card(source)
    if name is None:  # with its flow inside a model takes other inputs than without
        name = f"{card.system}-{card.tag}" + ("-frames" if card.input.takes_frames else "")
    _check_names(root, name, version)
    if not (source / _SAVED_MODEL).is_dir():
        raise ExportError(
            f"{source}: no SavedModel in it; export the model with saved_model among its formats"
        )
    verify_file(source, card, _SAVED_MODEL)
    model = root / name
    model.mkdir(parents=True, exist_ok=True)
    part = Path(tempfile.mkdtemp(prefix=".", suffix=".part", dir=model))
    try:
        _fill(part, source, card)
        config_text(root)  # what is written by hand can be read, before anything is live
        if (model / MODEL_CONFIG).is_file():
            checked_config(model / MODEL_CONFIG)
        number = _moved(part, model, version)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    write_server_files(root)
    return Published(name, number, model / str(number))


def _check_names(root: Path, name: str, version: int | None) -> None:
    if not _NAME.fullmatch(name):
        raise ExportError(
            f"model name {name!r}: use letters, digits, '-', '_' and '.' only, as it stands in the "
            "server's addresses"
        )
    if name in (CONFIG, POOL, COMPOSE):
        raise ExportError(f"model name {name!r}: a file of the repository is called so")
    if version is not None and not 1 <= version <= _MOST:
        raise ExportError(f"version {version}: expected a whole number from 1 to 2^63-1")
    if version is not None and (root / name / str(version)).exists():
        raise _there(root / name, version)


def _there(model: Path, version: int) -> ExportError:
    return ExportError(
        f"{model / str(version)}: is there already, and a version that was served never changes; "
        "give another --version, or none to take the next"
    )


def _fill(part: Path, source: Path, card: ModelCard) -> None:
    """Copy what the card lists, and see that the copies have the card's SHA-256."""
    inside = version_folder(source / _SAVED_MODEL).relative_to(source).as_posix() + "/"
    listed = {k.removeprefix(inside): v for k, v in card.files.items() if k.startswith(inside)}
    if "saved_model.pb" not in listed:
        raise ExportError(
            f"{source / inside}: saved_model.pb stands in no line of {CARD}; export it anew"
        )
    for path in listed:
        write_bytes(part / path, (source / inside / path).read_bytes())
    if hash_files(part) != listed:
        raise ExportError(f"{source}: was changed while it was published; publish it again")
    if card.labels:
        write_bytes(part / _LABELS, ("\n".join(card.labels) + "\n").encode())
    write_bytes(part / CARD, (source / CARD).read_bytes())
    sizes = batch_sizes(card.input, restorer=card.scale is not None)
    if sizes:
        write_bytes(part / BATCHING, batching_text(sizes).encode())
    for folder in (part, *(path for path in part.rglob("*") if path.is_dir())):
        folder.chmod(0o755)  # the server may run as another user


def _moved(part: Path, model: Path, version: int | None) -> int:
    """Give a whole version its number; the number that it got."""
    while True:
        number = _highest(model) + 1 if version is None else version
        if number > _MOST:
            raise ExportError(f"{model}: holds version {number - 1}, and there is no higher number")
        try:
            os.rename(part, model / str(number))  # fails where there is a folder with files in it
        except OSError as error:
            if not (model / str(number)).exists():
                raise
            if version is not None:
                raise _there(model, number) from error
            continue
        return number


def _highest(model: Path) -> int:
    numbers = (int(path.name) for path in model.iterdir() if path.name.isdecimal())
    return max(numbers, default=0)
