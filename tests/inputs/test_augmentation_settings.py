import math

import pytest

from ferkeras.errors import RecipeError
from ferkeras.training import load_recipe


@pytest.mark.parametrize("value", [math.inf, -math.inf, math.nan])
@pytest.mark.parametrize("name", ["noise", "mixup", "rotation", "scale"])
def test_settings_that_are_no_finite_numbers(name, value):
    changed = {name: [1.0, value] if name == "scale" else value}
    with pytest.raises(RecipeError, match=rf"^recipe setting 'augmentation\.{name}[^\n]*$"):
        load_recipe("ssgnn", "landmarks5", augmentation=changed)
