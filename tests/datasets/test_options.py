import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ferkeras.datasets.options import NoOptions, parse_options, parse_source
from ferkeras.errors import DatasetError


@dataclasses.dataclass(frozen=True)
class Some:
    frames: int = 3
    cropped: bool = False
    light: str = "Strong"


@given(
    frames=st.integers(-9, 9),
    cropped=st.booleans(),
    light=st.text("abcXYZ019 -_", min_size=1).map(str.strip),
    root=st.text("ab /,.=+_", min_size=1).map(lambda text: f"/{text}/"),
)
def test_what_is_written_is_read(frames, cropped, light, root):
    source = f"{root},frames={frames},cropped={'yes' if cropped else 'no'},light={light}"
    path, options = parse_source("x", source, Some)
    assert options == Some(frames, cropped, light)
    assert path == parse_source("x", root, Some)[0]


def test_a_root_may_hold_commas_and_equals_signs():
    assert str(parse_source("x", "/data/a,b", Some)[0]) == "/data/a,b"
    assert str(parse_source("x", "/data/a,v=2/", Some)[0]) == "/data/a,v=2"
    assert str(parse_source("x", "/data/v=2", Some)[0]) == "/data/v=2"


def test_a_relative_root_becomes_absolute(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert parse_source("x", "sub", NoOptions)[0] == tmp_path / "sub"


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("", "no folder given; write x:<root>"),
        ("/a,frame=3", "unknown option 'frame=3'; known options: frames, cropped, light"),
        ("/a,frames=1,frames=2", "given twice"),
        ("/a,frames=1.5", "not a whole number"),
        ("/a,cropped=2", "neither yes nor no"),
    ],
)
def test_a_bad_source_is_one_clear_line(source, message):
    with pytest.raises(DatasetError, match=message):
        parse_source("x", source, Some)


def test_options_may_stand_alone():
    assert parse_options("x", "frames=2, cropped=true", Some) == Some(2, True)
    assert parse_options("x", "", Some) == Some()
    with pytest.raises(DatasetError, match="known options: none"):
        parse_options("x", "frames", NoOptions)
