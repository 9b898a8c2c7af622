import pytest
from hypothesis import given
from hypothesis import strategies as st

from ferkeras.media.file_numbers import frame_numbers, uneven


@pytest.mark.parametrize(
    ("stems", "numbers"),
    [
        (["img001", "img2", "img10"], [1, 2, 10]),
        (["s2_ne_01_7", "s2_ne_01_8"], [7, 8]),
        (["7", "0008"], [7, 8]),
        (["img1_left", "img2_left"], [1, 2]),
        (["img1"], None),
        (["img1", "pic2"], None),
        (["img1", "img2_left"], None),
        (["2026-01-02", "2026-02-03"], None),
        (["a", "b"], None),
    ],
)
def test_the_number_by_which_names_differ(stems, numbers):
    assert frame_numbers(stems) == numbers


@pytest.mark.parametrize(
    ("numbers", "problem"),
    [
        ([1, 2, 4], "3 is missing (1 in all)"),
        ([4, 1, 2], "3 is missing (1 in all)"),
        ([0, 2, 4, 10, 12, 14], "6..8 are missing (2 in all)"),
        (
            [1, 2, 4, 5, 9, 10, 12, 14, 15, 16],
            "3, 6..8, 11, and 1 more are missing (6 in all)",
        ),
        ([*range(0, 20, 2), *range(23, 40, 2)], "18 is followed by 23, others by +2"),
        ([1, 2, 2, 3], "2 is there more than once"),
        ([1, 1, 2, 2], "1, 2 are there more than once"),
    ],
)
def test_what_is_missing(numbers, problem):
    assert uneven(numbers) == problem


@given(
    first=st.integers(0, 10**6), step=st.integers(1, 50), count=st.integers(1, 40), data=st.data()
)
def test_any_even_step_passes_and_any_lost_frame_is_counted(first, step, count, data):
    numbers = [first + step * at for at in range(count)]
    assert uneven(numbers) is None
    lost = data.draw(st.sets(st.integers(1, max(count - 2, 1)), min_size=1, max_size=3))
    if count >= 4 * len(lost) + 4:
        kept = [number for at, number in enumerate(numbers) if at not in lost]
        assert uneven(kept).endswith(f"missing ({len(lost)} in all)")


@given(rate=st.integers(2, 60), kept=st.integers(1, 30), count=st.integers(1, 200))
def test_a_rounded_step_of_two_or_more_passes(rate, kept, count):
    if rate >= 2 * kept:
        assert uneven(at * rate // kept for at in range(count)) is None
