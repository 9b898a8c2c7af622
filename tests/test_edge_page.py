"""docs/edge.md says of every released file what its card says."""

from pathlib import Path

import pytest

from ferkeras.runtime import find_model, read_card
from ferkeras.runtime.card import released

PAGE = (Path(__file__).parents[1] / "docs" / "edge.md").read_text(encoding="utf-8")
REQUIREMENTS = (Path(__file__).parents[1] / "requirements" / "edge.txt").read_text()


@pytest.mark.parametrize("tag", released())
def test_a_released_model_s_contract(tag):
    card = read_card(find_model(tag))
    rows = [line.split("|") for line in PAGE.splitlines() if line.startswith("| `")]
    (row,) = ["|".join(cells) for cells in rows if f"`{tag}`" in cells[1]]
    assert not card.labels or ", ".join(card.labels) in row or "| the same |" in row
    for side in card.input.shape if card.labels else ():
        assert str(side) in row
    spec = card.input
    if card.labels and not spec.takes_clips:
        described = (spec.kind, spec.detector, spec.margin, spec.channels)
        assert described == ("face_crop", "viola_jones", 0.0, 1)


def test_what_a_bare_device_installs_has_the_package_s_own_ranges():
    settings = (Path(__file__).parents[1] / "setup.cfg").read_text()
    for line in REQUIREMENTS.splitlines():
        assert not line.strip() or line.startswith("#") or f"\n    {line}\n" in settings, line
