"""The files of a model repository by which TensorFlow Serving is started.

===================================== =========================================================
file                                  what it is
===================================== =========================================================
``models.config``                     every model there (``ModelServerConfig``); made anew by
                                      each `ferkeras.export.serving.publish`
``<model>/model_config.pbtxt``        written by hand, if at all: more fields of that model's
                                      ``ModelConfig``, which go into ``models.config`` as they
                                      are: which versions are served, and their labels
``batching.config``                   the threads for batches, shared by all models
``<model>/<n>/batching_params.pbtxt`` how requests for that version are put into batches
                                      (``BatchingParameters``)
``docker-compose.yml``                starts the server
===================================== =========================================================
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path

from ferkeras.errors import ExportError
from ferkeras.files import write_bytes

CONFIG, POOL, COMPOSE = "models.config", "batching.config", "docker-compose.yml"
MODEL_CONFIG = "model_config.pbtxt"
BATCHING = "batching_params.pbtxt"
MOUNT = "/models"
"""Where the server sees the repository."""

_NO_SIGNS = re.compile(r"""#[^\n]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'""")
_LATEST = "model_version_policy { latest { num_versions: 1 } }\n"
_POOL = """\
# Threads that run batches, for all models: one a core is a good start. Each model has its sizes.
num_batch_threads { value: 2 }
"""
_COMPOSE = f"""\
# TensorFlow Serving with every model of this folder: docker compose up
# gRPC on port 8500, REST on port 8501, of this machine alone: the server asks nobody who they are.
# Written once, yours to change. The tests of ferkeras have no such image: try it before you rely on
# it, and then name the version that you have tried in the place of latest.
services:
  serving:
    image: tensorflow/serving:latest
    command:
      - --model_config_file={MOUNT}/{CONFIG}
      - --model_config_file_poll_wait_seconds=10
      - --file_system_poll_wait_seconds=2
      - --enable_batching=true
      - --batching_parameters_file={MOUNT}/{POOL}
      - --enable_per_model_batching_parameters=true
      - --allow_version_labels_for_unavailable_models=true
    ports:
      - "127.0.0.1:8500:8500"
      - "127.0.0.1:8501:8501"
    volumes:
      - .:{MOUNT}:ro
    restart: unless-stopped
"""


def batching_text(sizes: Sequence[int]) -> str:
    """``batching_params.pbtxt`` for these batch sizes, the largest last."""
    return "\n".join(
        [
            "# A request of more samples than max_batch_size is an error.",
            f"max_batch_size {{ value: {sizes[-1]} }}",
            *(f"allowed_batch_sizes: {size}" for size in sizes),
            "# How long a request waits for others while a thread is free.",
            "batch_timeout_micros { value: 0 }",
            "# How many batches may wait; requests beyond them are refused.",
            "max_enqueued_batches { value: 100 }",
            "",
        ]
    )


def config_text(repository: Path) -> str:
    """``models.config`` of all models in a repository, in the order of their names."""
    blocks = []
    for model in _models(repository):
        more = model / MODEL_CONFIG
        own = checked_config(more) if more.is_file() else _LATEST
        lines = [
            f'name: "{model.name}"',
            f'base_path: "{MOUNT}/{model.name}"',
            'model_platform: "tensorflow"',
            *own.splitlines(),
        ]
        blocks.append("  config {\n" + "".join(f"    {line}\n" for line in lines) + "  }\n")
    head = f"# Made by ferkeras publish. Change <model>/{MODEL_CONFIG}, and publish, instead.\n"
    return head + "model_config_list {\n" + "".join(blocks) + "}\n"


def write_server_files(repository: str | os.PathLike[str]) -> None:
    """Write ``models.config`` anew, and the other files where there are none.

    `ferkeras.export.serving.publish` does it at its end; call it after a change by hand, of a
    ``model_config.pbtxt`` or of the folders.

    Raises:
        ExportError: a ``model_config.pbtxt`` whose brackets do not go together.
    """
    repository = Path(repository)
    for name, text in ((POOL, _POOL), (COMPOSE, _COMPOSE)):
        if not (repository / name).exists():
            write_bytes(repository / name, text.encode())
    text = ""
    while text != (now := config_text(repository)):  # until nobody has added a model meanwhile
        text = now
        write_bytes(repository / CONFIG, text.encode())


def checked_config(path: Path) -> str:
    """The text of a ``model_config.pbtxt``.

    Raises:
        ExportError: it is no text, or its brackets would end the model's entry, or not end with it.
    """
    try:
        text, depth = path.read_text(encoding="utf-8"), 0
    except UnicodeDecodeError as error:
        raise ExportError(f"{path}: is no text in UTF-8; write it anew, or delete it") from error
    for sign in _NO_SIGNS.sub("", text):  # comments and quoted texts may hold brackets
        depth += (sign == "{") - (sign == "}")
        if depth < 0:
            break
    if depth:
        raise ExportError(
            f"{path}: '{{' and '}}' do not go together; write fields of ModelConfig, such as "
            "model_version_policy { specific { versions: 1 } }, or delete it"
        )
    return text


def _models(repository: Path) -> list[Path]:
    """Folders with at least one version."""
    folders = sorted(path for path in repository.iterdir() if path.is_dir())
    return [
        folder
        for folder in folders
        if folder.name[0] != "." and any(_is_version(path) for path in folder.iterdir())
    ]


def _is_version(path: Path) -> bool:
    return path.name.isdecimal() and (path / "saved_model.pb").is_file()
