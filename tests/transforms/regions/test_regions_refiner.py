import pytest
from pydantic import ValidationError

from schemas.errors import UserError
from transforms.regions.config import RegionsConfig
from transforms.regions.grabcut import GrabCutRefiner
from transforms.regions.refiner import make_refiner


def test_refiners_by_name():
    assert make_refiner(RegionsConfig(masks="none")) is None
    assert isinstance(make_refiner(RegionsConfig(masks="grabcut")), GrabCutRefiner)
    with pytest.raises(ValidationError):
        RegionsConfig.model_validate({"masks": "magic"})


def test_sam_without_a_checkpoint_is_a_users_error():
    with pytest.raises(UserError, match=r"regions\.masks: sam needs regions\.sam_checkpoint"):
        make_refiner(RegionsConfig(masks="sam"))


def test_sam_with_a_checkpoint_that_is_not_there_is_a_users_error():
    with pytest.raises(UserError, match=r"/nowhere/sam\.pth: no such file"):
        make_refiner(RegionsConfig(masks="sam", sam_checkpoint="/nowhere/sam.pth"))
