"""Regions on Beam: the threads of a process share one model."""

import pickle

from transforms.regions import stage
from transforms.regions.config import RegionsConfig


def test_all_copies_of_the_step_in_a_process_share_one_model(monkeypatch):
    made = []
    monkeypatch.setattr(stage, "make_refiner", lambda config: made.append(config) or object())
    sent = pickle.dumps(stage._DeriveFn(RegionsConfig(masks="none")))
    copies = [pickle.loads(sent) for _ in range(3)]
    for copy in copies:
        copy.setup()
    assert len(made) == 1
    assert len({id(copy.model.refiner) for copy in copies}) == 1
    other = stage._DeriveFn(RegionsConfig(masks="grabcut"))
    other.setup()
    assert len(made) == 2 and other.model.refiner is not copies[0].model.refiner
