"""`train` and `evaluate` as a user types them, on a few synthetic faces and a tiny network."""

import json

import pytest
from exported_model import run  # noqa: F401

from ferkeras.datasets import open_index

DATA = "synthetic:subjects=4,frames=2,classes=6"
TINY = [
    *("--set", "input.height=24", "--set", "input.width=24", "--set", "model.patches=9"),
    *("--set", "model.keep=16", "--set", "model.image_filters=[[4],[4],[4]]"),
    *("--set", "model.patch_filters=[[4],[4]]", "--set", "model.padding=same"),
    *("--set", "model.mid_units=8", "--epochs", "1", "--batch-size", "16"),
]


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    return tmp_path_factory.mktemp("cache")


def test_trained_run_is_recognised_by_evaluate(run, cache, tmp_path):  # noqa: F811
    folder = tmp_path / "run"
    code, out, err = run(
        *("train", "mff_cnn", "--data", DATA, "--out", folder, "--cache", cache, "--json"), *TINY
    )
    assert code == 0, err
    summary = json.loads(out)
    assert summary["training_pictures"] == 48
    assert (folder / "card.json").is_file()
    code, out, err = run(
        *("evaluate", folder, "--data", DATA, "--protocol", "subject-kfold:2", "--flip"),
        *("--out", tmp_path / "score", "--cache", cache, "--json"),
    )
    assert code == 0, err
    (result,) = json.loads(out)["results"]
    assert result["samples"] == 48 - summary["skipped"]
    assert result["settings"]["fit.flip"] is True
    assert result["subject_independent"] is None  # it was trained on these very pictures
    assert "finished model, trained on synthetic: 48 samples" in result["remark"]
    card = json.loads((folder / "card.json").read_text())
    (folder / "card.json").write_text(json.dumps({**card, "labels": [*card["labels"], "other"]}))
    code, _, err = run(
        "evaluate", folder, "--data", DATA, "--out", tmp_path / "b", "--cache", cache
    )
    assert code == 2
    assert "its card says (24, 24, 1) and 7" in err
    code, _, err = run("train", "mff_cnn", "--data", DATA, "--out", folder, "--cache", cache)
    assert code == 2
    assert "other settings" in err
    assert err.count("\n") == 1


def test_honest_protocol_comes_first_and_the_other_is_marked(run, cache, tmp_path):  # noqa: F811
    code, out, err = run(
        *("evaluate", "mff_cnn", "--data", DATA, "--out", tmp_path, "--cache", cache),
        *("--protocol", "kfold:2", "--protocol", "subject-kfold:2", *TINY),
    )
    assert code == 0, err
    assert out.index("synthetic, subject-kfold:2") < out.index("synthetic, kfold:2")
    assert out.count("not subject-independent: paper's protocol") == 1
    assert "subjects: no subject on both sides" in out
    assert "subjects: on both sides in 2 of 2 folds" in out
    assert (tmp_path / "comparison.html").is_file()


def test_shards_are_pooled_by_merge(run, cache, tmp_path):  # noqa: F811
    common = ["evaluate", "mff_cnn", "--data", DATA, "--out", tmp_path, "--cache", cache]
    one = [*common, "--protocol", "subject-kfold:2", *TINY]
    assert run(*one, "--shard", "1/2")[0] == 0
    code, _, err = run(*common, "--merge")
    assert code == 2
    assert "fold-02" in err
    assert run(*one, "--shard", "2/2")[0] == 0
    code, out, _ = run(*common, "--merge")
    assert code == 0
    assert "48 samples" in out


def test_oracle_epoch_is_marked_and_stands_beside_the_last_one(run, cache, tmp_path):  # noqa: F811
    code, out, err = run(
        *("evaluate", "mff_cnn", "--data", DATA, "--out", tmp_path, "--cache", cache),
        *("--protocol", "subject-kfold:2", "--select", "oracle-epoch", *TINY, "--epochs", "2"),
        "--no-keep-models",
    )
    assert code == 0, err
    assert "[optimistic: each fold's epoch was picked on its test part]" in out
    assert "last epoch of each fold: accuracy" in out
    report = json.loads((tmp_path / "report.json").read_text())
    assert report["accuracy"] >= report["last_epoch"]["accuracy"]
    assert not list(tmp_path.rglob("model.keras"))


def test_ablation_gives_one_table(run, cache, tmp_path):  # noqa: F811
    code, out, err = run(
        *("study", "ablation", "mff_cnn", "--data", DATA, "--out", tmp_path, "--cache", cache),
        *("--protocol", "subject-kfold:2", "--grid", "model.mid_units=4,8", "--json"),
        *(TINY[:-4]),
        *("--epochs", "1"),
    )
    assert code == 0, err
    assert "row 1 of 2: model.mid_units=4\n" in err
    assert "row 2 of 2: model.mid_units=8\n" in err
    assert json.loads(out)["source"] == DATA
    assert f"data: {DATA}" in (tmp_path / "ablation.html").read_text()
    assert f"data: {DATA}" in (tmp_path / "model.mid_units=8/report.html").read_text()
    rows = json.loads(out)["rows"]
    assert [row["model.mid_units"] for row in rows] == [4, 8]
    assert rows[0]["parameters"] < rows[1]["parameters"]
    assert all(0 <= row["uf1"] <= 1 for row in rows)
    assert (tmp_path / "ablation.html").is_file()


def test_training_ratio_gives_a_curve(run, cache, tmp_path):  # noqa: F811
    code, out, err = run(
        *("study", "ratio", "ssgnn", "--data", DATA, "--out", tmp_path, "--cache", cache),
        *("--protocol", "kfold:2", "--protocol", "subject-kfold:2", "--ratios", "1,0.5"),
        *("--variant", "spectral", "--set", "model.nodes=40", "--epochs", "1", "--json"),
    )
    assert code == 0, err
    rows = json.loads(out)["rows"]
    assert [row["protocol"] for row in rows] == ["subject-kfold:2"] * 2 + ["kfold:2"] * 2
    assert [row["ratio"] for row in rows] == [0.5, 1.0] * 2
    assert {row["model"] for row in rows} == {"SPEGNN spectral"}
    assert "paper's protocol" in rows[-1]["remark"]
    assert (tmp_path / "ratio.html").read_text().count("<img") == 2


def test_across_data_sets_gives_a_matrix(run, cache, tmp_path):  # noqa: F811
    other = "synthetic_clips:subjects=4,samples=24,seed=2,classes=six,pictures=apex"
    code, out, err = run(
        *("study", "cross", "ssgnn", "--data", f"{DATA},classes=six+{other}"),
        *("--out", tmp_path, "--cache", cache, "--within", "kfold:2", "--json"),
        *("--variant", "spectral", "--set", "model.nodes=40", "--epochs", "1"),
    )
    assert code == 0, err
    rows = json.loads(out)["rows"]
    assert [row["tested on"] for row in rows] == ["synthetic", "synthetic_clips"] * 2
    assert {row["samples"] for row in rows if row["tested on"] == "synthetic_clips"} == {
        len(open_index(other))
    }
    assert (tmp_path / "cross.html").is_file()


TWO_SETS = f"{DATA},classes=six+synthetic_clips:subjects=3,samples=6,classes=six,pictures=apex"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["study", "cross", "ssgnn", "--data", DATA], "join two or more with +"),
        (
            ["study", "cross", "ssgnn", "--within", "subject-kfold:99", "--data", TWO_SETS],
            "row 2 of 4, within synthetic: ",
        ),
        (["study", "ratio", "ssgnn", "--data", DATA, "--ratios", "a"], "--ratios 'a'"),
        (["study", "ratio", "ssgnn", "--data", DATA, "--ratios", "2"], "training ratio 2.0"),
        (["train", "mff_cnn", "--data", "nothing:/x", "--out", "x"], "no data set reader"),
        (["train", "no_such", "--data", "synthetic", "--out", "x"], "no system 'no_such'"),
        (["train", "mff_cnn", "--data", DATA, "--out", "x", "--set", "epochs=-1"], "epochs"),
        (["train", "mff_cnn", "--data", DATA, "--out", "x", "--set", "a.b=1"], "no setting 'a.b'"),
        (["train", "mff_cnn", "--data", DATA, "--out", "x", "--split", "train"], "no part 'train'"),
        (["train", "mff_cnn", "--data", DATA, "--out", "x", "--drop-leaks"], "--validation-split"),
        (
            ["train", "mff_cnn", "--data", DATA, "--out", "x", "--set", "augmentation.scale=[0,1]"],
            "smallest",
        ),
        (["evaluate", "mff_cnn", "--data", DATA, "--protocol", "best:9"], "unknown protocol"),
        (["evaluate", "mff_cnn", "--data", DATA, "--shard", "\u00b2/2"], "expected i/n"),
        (["evaluate", "a" * 300, "--data", DATA], "too long"),
        (["evaluate", "mff_cnn", "--data", DATA, "--shard", "x"], "expected i/n"),
        (["evaluate", "mff_cnn/none", "--data", DATA], "no released model"),
        (["evaluate", "mff_cnn", "--data", DATA, "--flip"], "--flip is for finished models"),
        (
            ["train", "mff_cnn", "--data", DATA, "--out", "x", "--select", "oracle-epoch"],
            "picks the epoch on a test part",
        ),
        (["evaluate", "mff_cnn/fer2013", "--data", DATA, "--select", "last"], "--select is for"),
        (["study", "ablation", "mff_cnn", "--data", DATA, "--grid", "x"], "--grid 'x'"),
        (["study", "ablation", "mff_cnn", "--data", DATA, "--grid", "model.keep=0"], "keep"),
        (
            ["evaluate", "htnet", "--data", DATA, "--set", "model.hidden_dim=abc"],
            "recipe setting 'model.hidden_dim' is 'abc', expected a whole number",
        ),
        (
            ["evaluate", "htnet", "--data", DATA, "--set", "model.num_heads=2.5"],
            "recipe setting 'model.num_heads' is 2.5, expected a whole number or a list of whole",
        ),
        (["evaluate", "htnet", "--data", DATA, "--set", "model.depth=2"], "has no such setting"),
        (["evaluate", "htnet", "--data", DATA, "--set", "builder=Net"], "no builder 'Net'"),
        (
            ["evaluate", "mff_cnn", "--data", DATA, "--select", "best-validation"],
            "such as --inner-validation 0.2",
        ),
        (
            [
                *("evaluate", "mff_cnn", "--data", DATA),
                *("--select", "last", "--inner-validation", "0.2"),
            ],
            "--inner-validation is for --select best-validation, but select is last",
        ),
    ],
)
def test_mistakes_are_one_clear_line(run, arguments, message):  # noqa: F811
    code, _, err = run(*arguments)
    assert code == 2
    assert message in err
    assert err.startswith("error: ")
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            ["--grid", "model.block_repeats=[1,1]"],
            "row 1 of 1, model.block_repeats=1: the model cannot be built from this recipe: "
            "block_repeats is one number, 1; then levels must be given too; a grid's list is a "
            "list of values: a value that is itself a list needs a second pair of brackets, --grid "
            "'model.block_repeats=[[1,1]]'",
        ),
        (["--grid", "model.hidden_dim=8,abc"], "row 2 of 2, model.hidden_dim=abc: recipe setting"),
        (["--grid", "model.hidden_dim=8,-8"], "row 2 of 2, model.hidden_dim=-8: the model cannot"),
        (["--grid", "select=last,best-validation"], "row 2 of 2, select=best-validation: --select"),
        (
            ["--grid", "model.hidden_dim=8", "--select", "best"],
            "row 1 of 1, model.hidden_dim=8: re",
        ),
        (
            ["--grid", "model.hidden_dim=8", "--select", "best-validation"],
            "such as --inner-validation 0.2",
        ),
        (
            ["--grid", "loss.name=CategoricalCrossentropy,Hinge2"],
            "row 2 of 2, loss.name=Hinge2: no",
        ),
        (["--grid", "loss.on=probabilities,branches"], "row 2 of 2, loss.on=branches: "),
        (["--grid", "optimizer=adam,sgd"], "row 2 of 2, optimizer=sgd: recipe setting 'optimizer'"),
        (["--grid", "model.hidden_dim=8", "--protocol", "best:9"], "unknown protocol"),
    ],
)
def test_an_ablation_finds_every_mistake_before_it_trains(
    run,  # noqa: F811
    tmp_path,
    options,
    message,
):
    words = ["study", "ablation", "htnet", "--data", "synthetic_clips:subjects=2"]
    code, _, err = run(*words, "--out", tmp_path / "out", *options)
    assert code == 2
    assert message in err
    assert err.startswith("error: ")
    assert err.count("\n") == 1
    assert not (tmp_path / "out").exists()
