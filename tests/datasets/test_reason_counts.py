from ferkeras.cli.datasets import _reasons
from ferkeras.datasets._reason_counts import reason_counts
from ferkeras.datasets.base import Skipped


def test_names_and_numbers_in_a_reason_do_not_tell_it_apart():
    found = reason_counts(
        [
            Skipped("a", "no apex"),
            Skipped("row 3", "sub01/EP02_01f: frame 3 of 41 is missing"),
            Skipped("row 9", "sub07/EP19_06: frame 12 of 99 is missing"),
            Skipped("c", "class 'fear' is unknown"),
            Skipped("d", 'class "it\'s" is unknown'),
            Skipped("row 12", "sub02/EP01_01: frame 1 of 8 is missing"),
            Skipped("x.jpg", "x.jpg cannot be decoded"),
            Skipped("y.jpg", "y.jpg cannot be decoded"),
            Skipped("b", "no apex"),
        ]
    )
    assert found == {
        "...: frame ... of ... is missing": 3,
        "no apex": 2,
        "class ... is unknown": 2,
        "... cannot be decoded": 2,
    }
    assert next(iter(found.values())) == 3


def test_one_reason_keeps_its_numbers():
    reason = "48 columns, expected 3"
    assert reason_counts([Skipped("a", reason), Skipped("b", reason)]) == {reason: 2}
    assert reason_counts([]) == {}


def test_ten_reasons_are_printed_and_the_others_counted():
    counts = {f"reason {chr(65 + n)}": 20 - n for n in range(13)}
    lines = _reasons(counts, [f"item {n}" for n in range(sum(counts.values()))])
    assert lines[0] == "  20 x reason A"
    assert lines[9] == "  11 x reason J"
    assert lines[10] == "  27 x 3 other reasons"
    assert lines[11:13] == ["  the first 5:", "    item 0"]
    assert len(lines) == 17
    assert _reasons({"reason": 2}, ["a: reason", "b: reason"]) == ["  a: reason", "  b: reason"]
