"""A model repository for TensorFlow Serving: versions, server files, and two at once."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from exported_model import LABELS, exported  # noqa: F401
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory, text_format
from google.protobuf import wrappers_pb2 as wrappers
from graph_model import exported_graph  # noqa: F401
from tiny_restorer import exported_restorer, restorer_folder  # noqa: F401

from ferkeras.errors import ExportError, ModelFileError
from ferkeras.export.serving import publish, write_server_files
from ferkeras.runtime import open_model, read_card

INT64 = wrappers.Int64Value.DESCRIPTOR.full_name


def parsed_config(repository):
    """``models.config`` as the server's own message; of its package only where it is installed."""
    config = pytest.importorskip("tensorflow_serving.config.model_server_config_pb2")
    text = (repository / "models.config").read_text()
    return text_format.Parse(text, config.ModelServerConfig()).model_config_list.config


def batching_parameters():
    """The message BatchingParameters of session_bundle_config.proto, which no package holds."""
    pool = descriptor_pool.DescriptorPool()
    pool.AddSerializedFile(wrappers.DESCRIPTOR.serialized_pb)
    file = descriptor_pb2.FileDescriptorProto(
        name="batching.proto",
        package="test",
        syntax="proto3",
        dependency=[wrappers.DESCRIPTOR.name],
    )
    message = file.message_type.add(name="BatchingParameters")
    numbers = ("max_batch_size", "batch_timeout_micros", "max_enqueued_batches")
    for number, name in enumerate((*numbers, "num_batch_threads"), start=1):
        message.field.add(name=name, number=number, label=1, type=11, type_name=f".{INT64}")
    message.field.add(name="allowed_batch_sizes", number=6, label=3, type=3)
    message.field.add(name="pad_variable_length_inputs", number=7, label=1, type=8)
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("test.BatchingParameters"))()


def files(folder):
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


def test_a_version_holds_the_saved_model_its_labels_and_its_card(exported, tmp_path):  # noqa: F811
    first = publish(exported.folder, tmp_path / "repository")
    assert (first.name, first.version) == ("mff_cnn-tiny", 1)
    assert first.folder == tmp_path / "repository" / "mff_cnn-tiny" / "1"
    inside = exported.folder / "saved_model" / "1"
    assert files(first.folder) == sorted(
        [*files(inside), "batching_params.pbtxt", "card.json", "labels.txt"]
    )
    for path in files(inside):
        assert (first.folder / path).read_bytes() == (inside / path).read_bytes()
    assert (first.folder / "labels.txt").read_text().split() == list(LABELS)
    assert read_card(first.folder) == exported.card
    assert {path.stat().st_mode & 0o777 for path in first.folder.rglob("*")} == {0o755, 0o644}
    assert publish(exported.folder, tmp_path / "repository").version == 2
    assert publish(exported.folder, tmp_path / "repository", version=40).version == 40
    assert publish(exported.folder, tmp_path / "repository").version == 41
    model = tmp_path / "repository" / "mff_cnn-tiny"
    assert sorted(path.name for path in model.iterdir()) == ["1", "2", "40", "41"]
    assert open_model(model).source.name == "41"


def test_the_server_s_files_name_every_model(
    exported,  # noqa: F811
    exported_graph,  # noqa: F811
    restorer_folder,  # noqa: F811
    tmp_path,
):
    publish(exported.folder, tmp_path, name="faces")
    compose = tmp_path / "docker-compose.yml"
    compose.write_text("mine")
    publish(exported_graph.folder, tmp_path)
    publish(restorer_folder, tmp_path, name="larger")
    (tmp_path / "notes").mkdir()
    assert compose.read_text() == "mine"
    text = (tmp_path / "models.config").read_text()
    assert text.count("config {") == 3
    sizes = batching_parameters()
    text_format.Parse((tmp_path / "faces" / "1" / "batching_params.pbtxt").read_text(), sizes)
    assert list(sizes.allowed_batch_sizes) == [1, 2, 4, 8, 16, 32]
    assert sizes.max_batch_size.value == sizes.allowed_batch_sizes[-1]
    assert not list(tmp_path.glob("toy-graph/*/batching*"))  # the server would pad with zeros
    assert not list(tmp_path.glob("larger/*/batching*"))
    assert not (tmp_path / "larger" / "1" / "labels.txt").exists()
    pool = batching_parameters()
    text_format.Parse((tmp_path / "batching.config").read_text(), pool)
    assert pool.num_batch_threads.value == 2
    models = parsed_config(tmp_path)
    assert [(one.name, one.base_path, one.model_platform) for one in models] == [
        (name, f"/models/{name}", "tensorflow") for name in ("faces", "larger", "toy-graph")
    ]
    assert {one.model_version_policy.latest.num_versions for one in models} == {1}


def test_a_model_s_own_settings_stay(exported, tmp_path):  # noqa: F811
    publish(exported.folder, tmp_path, name="faces")
    own = tmp_path / "faces" / "model_config.pbtxt"
    own.write_text(
        "model_version_policy { specific { versions: 1 versions: 2 } }\n"
        "version_labels { key: 'stable' value: 1 }\nversion_labels { key: 'canary' value: 2 }\n"
    )
    publish(exported.folder, tmp_path, name="faces")
    assert "versions: 1 versions: 2" in (tmp_path / "models.config").read_text()
    (model,) = parsed_config(tmp_path)
    assert list(model.model_version_policy.specific.versions) == [1, 2]
    assert dict(model.version_labels) == {"stable": 1, "canary": 2}
    own.write_text("model_version_policy { specific { versions: 1 } }")
    write_server_files(tmp_path)
    (model,) = parsed_config(tmp_path)
    assert list(model.model_version_policy.specific.versions) == [1]
    own.write_text("model_version_policy { latest { } } }")
    with pytest.raises(ExportError, match=r"model_config.pbtxt: '\{' and '\}' do not go together"):
        publish(exported.folder, tmp_path, name="faces")


def test_the_compose_file_is_one(exported, tmp_path):  # noqa: F811
    yaml = pytest.importorskip("yaml")
    publish(exported.folder, tmp_path)
    serving = yaml.safe_load((tmp_path / "docker-compose.yml").read_text())["services"]["serving"]
    assert serving["image"].startswith("tensorflow/serving:")
    assert "--model_config_file=/models/models.config" in serving["command"]
    assert serving["volumes"] == [".:/models:ro"]
    assert all(port.startswith("127.0.0.1:") for port in serving["ports"])


def test_what_cannot_be_published_is_named(exported, tmp_path):  # noqa: F811
    repository = tmp_path / "repository"
    publish(exported.folder, repository, name="faces", version=3)
    before = files(repository)
    changed = shutil.copytree(exported.folder, tmp_path / "changed")
    (changed / "saved_model" / "1" / "saved_model.pb").write_bytes(b"other")
    without = shutil.copytree(exported.folder, tmp_path / "without")
    shutil.rmtree(without / "saved_model")
    for source, settings, kind, reason in (
        (exported.folder, {"name": "a/b"}, ExportError, "model name 'a/b': use letters"),
        (exported.folder, {"name": ".hidden"}, ExportError, "model name '.hidden'"),
        (exported.folder, {"version": 0}, ExportError, "version 0: expected a whole number from 1"),
        (exported.folder, {"version": 2**63}, ExportError, "expected a whole number from 1"),
        (exported.folder, {"version": 3}, ExportError, "faces/3: is there already, and a version"),
        (changed, {}, ModelFileError, "saved_model.pb: differs from its SHA-256 in card.json"),
        (without, {}, ExportError, "no SavedModel in it; export the model with saved_model"),
        (tmp_path / "none", {}, ModelFileError, "no card.json"),
    ):
        with pytest.raises(kind, match=reason) as caught:
            publish(source, repository, **{"name": "faces", **settings})
        assert "\n" not in str(caught.value)
    assert files(repository) == before
    assert not list(repository.rglob("*.part"))


def test_a_file_that_the_card_does_not_list_stays_behind(exported, tmp_path):  # noqa: F811
    source = shutil.copytree(exported.folder, tmp_path / "more")
    (source / "saved_model" / "1" / "assets.extra" / "more").write_bytes(b"x")
    assert "assets.extra/more" not in files(publish(source, tmp_path / "repository").folder)


def test_of_many_at_once_each_gets_a_number_of_its_own(exported, tmp_path):  # noqa: F811
    results, errors = [], []

    def one(name):
        try:
            results.append(publish(exported.folder, tmp_path, name=name))
        except Exception as error:
            errors.append(error)

    names = ["a", "b", "c", "d"] * 3
    threads = [threading.Thread(target=one, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert sorted((one.name, one.version) for one in results) == sorted(
        (name, number) for name in "abcd" for number in (1, 2, 3)
    )
    assert (tmp_path / "models.config").read_text().count("config {") == 4
    wanted = files(results[0].folder)
    assert all(files(one.folder) == wanted for one in results)
    assert not list(tmp_path.rglob("*.part"))


def test_a_number_taken_meanwhile_is_not_overwritten(exported, tmp_path, monkeypatch):  # noqa: F811
    module = sys.modules["ferkeras.export.serving.publish"]  # the function has the same name

    def late(part, source, card):
        fill(part, source, card)
        if not list((tmp_path / "faces").glob("[0-9]*")):
            shutil.copytree(part, tmp_path / "faces" / "1")
            (tmp_path / "faces" / "1" / "theirs").write_bytes(b"x")

    fill = module._fill
    monkeypatch.setattr(module, "_fill", late)
    with pytest.raises(ExportError, match="faces/1: is there already"):
        publish(exported.folder, tmp_path, name="faces", version=1)
    assert (tmp_path / "faces" / "1" / "theirs").is_file()
    assert not list((tmp_path / "faces").glob(".*"))


def test_a_kill_leaves_a_hidden_folder_alone(exported, tmp_path):  # noqa: F811
    code = (
        "import sys, os, signal\n"
        "import ferkeras.export.serving\n"
        "module = sys.modules['ferkeras.export.serving.publish']\n"
        "module._moved = lambda *given: os.kill(os.getpid(), signal.SIGKILL)\n"
        "module.publish(sys.argv[1], sys.argv[2], name='faces')\n"
    )
    arguments = [sys.executable, "-c", code, str(exported.folder), str(tmp_path)]
    done = subprocess.run(arguments, capture_output=True, env={**os.environ})
    assert done.returncode == -signal.SIGKILL
    (left,) = (tmp_path / "faces").iterdir()
    assert (left.name[0], left.suffix) == (".", ".part")
    assert publish(exported.folder, tmp_path, name="faces").version == 1
    assert "faces" in (tmp_path / "models.config").read_text()
    assert Path(left).is_dir()


def test_a_card_that_names_files_elsewhere_is_no_card(exported, tmp_path):  # noqa: F811
    folder = shutil.copytree(exported.folder, tmp_path / "m")
    for path in ("saved_model/1/../../x", "/etc/passwd", "a//b", "a\\b", "./a"):
        card = json.loads((exported.folder / "card.json").read_text())
        card["files"][path] = "0" * 64
        (folder / "card.json").write_text(json.dumps(card))
        with pytest.raises(ModelFileError, match="is no path below the card's folder"):
            publish(folder, tmp_path / "repository")
    assert not (tmp_path / "repository").exists()


def test_a_version_that_the_card_does_not_list(exported, tmp_path):  # noqa: F811
    folder = shutil.copytree(exported.folder, tmp_path / "m")
    shutil.copytree(folder / "saved_model" / "1", folder / "saved_model" / "2")
    with pytest.raises(ExportError, match=r"stands in no line of card\.json"):
        publish(folder, tmp_path / "repository", name="m")
    assert list((tmp_path / "repository" / "m").iterdir()) == []


@pytest.mark.parametrize("text", [b"model_version_policy { latest {", b"\xff\xfe"])
def test_what_is_written_by_hand_is_read_before_anything_is_live(exported, tmp_path, text):  # noqa: F811
    model = tmp_path / "m"
    model.mkdir()
    (model / "model_config.pbtxt").write_bytes(text)
    with pytest.raises(ExportError, match=r"model_config\.pbtxt: "):
        publish(exported.folder, tmp_path, name="m")
    assert [one.name for one in model.iterdir()] == ["model_config.pbtxt"]
    (model / "model_config.pbtxt").write_text("# smile :-}\nversion_labels {}\n")
    assert publish(exported.folder, tmp_path, name="m").version == 1


def test_names_and_numbers_that_are_taken(exported, tmp_path):  # noqa: F811
    for name in ("models.config", "batching.config", "docker-compose.yml"):
        with pytest.raises(ExportError, match="a file of the repository is called so"):
            publish(exported.folder, tmp_path, name=name)
    (tmp_path / "m" / str(2**63 - 1)).mkdir(parents=True)
    with pytest.raises(ExportError, match="there is no higher number"):
        publish(exported.folder, tmp_path, name="m")
