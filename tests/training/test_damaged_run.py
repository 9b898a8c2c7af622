"""Files of a run folder that were edited or cut off are one clear line that names them."""

from types import SimpleNamespace

import numpy as np
import pytest

from ferkeras.errors import FerkerasError
from ferkeras.training.checkpoint import restore_checkpoint
from ferkeras.training.fitting import same_settings


@pytest.mark.parametrize(
    "note",
    [None, "{", "[]", "3", '{"history": []}', '{"history": [1], "best": {}}', '{"best": {}}'],
)
def test_a_checkpoint_with_another_note(tmp_path, note):
    arrays = {} if note is None else {"note": np.array(note)}
    np.savez(tmp_path / "checkpoint.npz", **arrays, **{"model/0": np.zeros(3)})
    model = SimpleNamespace(variables=[], optimizer=SimpleNamespace(variables=[]))
    with pytest.raises(FerkerasError, match=r"checkpoint\.npz is no checkpoint of a run; delete"):
        restore_checkpoint(tmp_path, model)


@pytest.mark.parametrize("text", ["3", "[]", "{}", '{"recipe": "ssgnn"}', '{"recipe": [1]}', "{"])
def test_a_damaged_recipe_file(tmp_path, text):
    path = tmp_path / "recipe.json"
    path.write_text(text)
    with pytest.raises(
        FerkerasError, match=r"recipe\.json (is damaged|cannot be read).* run again"
    ):
        same_settings(path, {"recipe": {"epochs": 1}, "classes": ["a"]})
