"""``ferkeras study restoration`` as a user types it."""

import json

from exported_model import run  # noqa: F401

DATA = "synthetic:subjects=2,frames=1,size=160"


def test_bicubic_stands_in_table_and_page(run, tmp_path):  # noqa: F811
    options = ["--data", DATA, "--size", "48", "--out", tmp_path, "--cache", tmp_path / "cache"]
    code, out, err = run("study", "restoration", *options, "--restorer", "bicubic", "--json")
    assert code == 0, err
    values = json.loads(out)
    assert [row["name"] for row in values["rows"]] == ["bicubic"]
    assert values["rows"][0]["faces"] == 14
    assert 10 < values["rows"][0]["psnr"] < 40
    assert f"data: {DATA}: 14 faces of 48 to 48 pixels" in values["lines"][0]
    page = (tmp_path / "restoration.html").read_text(encoding="utf-8")
    assert "95 % bootstrap over people" in page


def test_mistakes_are_one_line(run, tmp_path):  # noqa: F811
    options = ["--data", DATA, "--out", tmp_path, "--restorer", "bicubic"]
    for wrong, message in (
        (["--split", "test"], "--split test: synthetic has no such part"),
        (["--size", "50"], "--size 50: a face becomes four times smaller"),
    ):
        code, _, err = run("study", "restoration", *options, *wrong)
        assert code == 2
        assert err.count("\n") == 1
        assert message in err
