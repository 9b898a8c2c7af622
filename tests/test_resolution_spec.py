import dataclasses

import pytest

from ferkeras.errors import FerkerasError
from ferkeras.runtime import ModelCard
from ferkeras.types import FlowSpec, GraphSpec, InputSpec, ResolutionSpec

LOW = ResolutionSpec(24, "esrgan/faces", False, 7)


@pytest.mark.parametrize(
    "spec",
    [
        InputSpec(resolution=LOW),
        InputSpec("flow_regions", 28, 28, 3, flow=FlowSpec(), resolution=LOW),
        InputSpec(channels=3, graph=GraphSpec(), resolution=LOW),
    ],
)
def test_input_spec_and_card_round_trip(spec):
    assert InputSpec.from_dict(spec.to_dict()) == spec
    values = {"side": 24, "restore": "esrgan/faces", "blur": False, "seed": 7}
    assert spec.to_dict()["resolution"] == values
    card = ModelCard("mff_cnn", "low", spec, ("happy",))
    assert ModelCard.from_dict(card.to_dict()) == card
    assert spec.input_shapes == dataclasses.replace(spec, resolution=None).input_shapes


def test_without_a_resolution_a_card_is_what_it_was():
    assert "resolution" not in InputSpec().to_dict()
    assert "resolution" not in InputSpec.from_dict({"resolution": None}).to_dict()


def test_the_paper_is_the_default():
    assert ResolutionSpec() == ResolutionSpec(side=32, restore="bicubic", blur=True, seed=0)
    assert ResolutionSpec().restorer is None
    assert ResolutionSpec(restore="none").restorer is None
    assert LOW.restorer == "esrgan/faces"


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"side": 7}, r"side is 7, expected a whole number in 8\.\.256"),
        ({"side": 257}, "side is 257"),
        ({"side": 32.5}, "side is 32.5, expected a whole number"),
        ({"side": True}, "side is True"),
        ({"restore": ""}, "restore is '', expected 'none', 'bicubic'"),
        ({"restore": None}, "restore is None"),
        ({"blur": 1}, "blur is 1, expected true or false"),
        ({"seed": -1}, r"seed is -1, expected a whole number in 0\.\."),
        ({"factor": 2}, r"InputSpec\.resolution has no field 'factor'"),
    ],
)
def test_settings_are_checked(settings, said):
    with pytest.raises(FerkerasError, match=said):
        InputSpec.from_dict({"resolution": settings})


def test_other_values_and_landmarks_are_refused():
    with pytest.raises(FerkerasError, match=r"InputSpec\.resolution is 32, expected settings"):
        InputSpec.from_dict({"resolution": 32})
    with pytest.raises(FerkerasError, match="resolution is set, but kind 'landmarks' takes no pix"):
        InputSpec("landmarks", resolution=LOW)
