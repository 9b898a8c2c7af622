import re
from collections.abc import Sequence

import pytest

from ferkeras.errors import RecipeError
from ferkeras.models import MFFCNN, HTNet
from ferkeras.models._settings import check_settings


def builder(
    shape: int = 1,
    *,
    variant: str = "a",
    count: int | None = None,
    rate: float | None = None,
    flag: bool | None = None,
    word: str | None = None,
    sizes: int | Sequence[int] | None = None,
    filters: Sequence[Sequence[int]] | None = None,
    branch_outputs: bool = False,
) -> None:
    """A builder with every kind of argument."""


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"count": 3, "rate": 1, "flag": True, "word": "x"},
        {"rate": 0.5, "sizes": 3, "filters": [[1], [2, 3]]},
        {"sizes": [1, 2], "count": None},
    ],
)
def test_what_fits(settings):
    check_settings(builder, settings)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"count": "abc"}, "'model.count' is 'abc', expected a whole number"),
        ({"count": 2.5}, "'model.count' is 2.5, expected a whole number"),
        ({"count": True}, "'model.count' is True, expected a whole number"),
        ({"rate": "x"}, "'model.rate' is 'x', expected a number"),
        ({"flag": "yes"}, "'model.flag' is 'yes', expected true or false"),
        ({"word": 1}, "'model.word' is 1, expected a word"),
        ({"sizes": 2.5}, "is 2.5, expected a whole number or a list of whole numbers"),
        ({"sizes": ["a"]}, "is ['a'], expected a whole number or a list of whole numbers"),
        ({"filters": [1]}, "is [1], expected a list of lists of whole numbers"),
        ({"depth": 1}, "builder has no such setting; known: count, rate, flag, word, sizes, filt"),
        ({"variant": "b"}, "'model.variant': builder has no such setting"),
    ],
)
def test_what_does_not_fit_is_one_clear_line(settings, message):
    with pytest.raises(RecipeError, match=re.escape(message)) as caught:
        check_settings(builder, settings)
    assert "\n" not in str(caught.value)


def test_the_systems_own_builders():
    check_settings(HTNet, {"num_heads": [1, 1], "hidden_dim": 8, "dropout": 0.1, "levels": 2})
    check_settings(MFFCNN, {"image_filters": [[4], [4]], "fusion_weights": [1, 2.5]})
    with pytest.raises(RecipeError, match="expected a whole number or a list of whole numbers"):
        check_settings(HTNet, {"num_heads": 2.5})
