import numpy as np
import pytest
from pydantic import ValidationError

from transforms.edits.config import EditsConfig, OperationWeights, OutcomeWeights
from transforms.edits.plan import MAX_PARTNERS, mean_candidates, plan_programs


def programs(plain, partners, count=200, first=0, **settings):
    return plan_programs(plain.record, range(first, first + count), partners, EditsConfig(**settings), 7)


def pairs(program):
    return [(c.outcome, c.extra, c.spared, c.take) for c in program.candidates if not c.other]


def test_programs_hold_a_faithful_candidate_and_repeat_none(plain, partner):
    for number, program in enumerate(programs(plain, [partner.record])):
        assert program.program_id == f"{plain.record.source_id}-p{number:03d}"
        plain_ones = [c for c in program.candidates if not c.spared and not c.other]
        elsewhere = ("reversed", "already_true", "other_instruction")
        group = [c for c in plain_ones if c.outcome not in elsewhere]
        assert 1 <= len(group) <= 5 and len(plain_ones) >= 2
        assert len(set(pairs(program))) == len(pairs(program))
        assert len(program.partner_ids) <= MAX_PARTNERS


def test_some_groups_have_no_faithful_candidate(plain, partner):
    """Otherwise the size of a group would tell how often its candidates are faithful."""
    made = programs(plain, [partner.record], count=400)
    lacking = [p for p in made if ("faithful", "-", False, 0) not in pairs(p)]
    assert 0.05 * 400 < len(lacking) < 0.2 * 400
    assert not any(c.spared for p in lacking for c in p.candidates), "a twin needs its counterpart"


def test_no_candidate_is_planned_to_stand_alone(plain, partner):
    for program in programs(plain, [partner.record], count=400):
        outcomes = [c.outcome for c in program.candidates]
        others = [c.outcome for c in program.candidates if c.other]
        assert others == ["faithful"] * outcomes.count("other_instruction")
        assert not others or {"faithful", "wrong_target"} <= {c.outcome for c in program.candidates if not c.other}
        assert outcomes.count("reversed") == outcomes.count("already_true")


def test_the_place_of_a_candidate_tells_nothing(plain, partner):
    places = [
        (pairs(program).index(("faithful", "-", False, 0)), len(pairs(program)))
        for program in programs(plain, [partner.record], count=600)
        if ("faithful", "-", False, 0) in pairs(program)
    ]
    for size in (4, 5):
        own = [place for place, length in places if length == size]
        counts = np.bincount(own, minlength=size)[:size]
        assert counts[0] < 2.2 * np.mean(counts), "the first is not more often the faithful one"


def test_candidates_of_a_second_source_have_twins(plain, partner):
    twinned = [p for p in programs(plain, [partner.record], count=400) if any(c.spared for c in p.candidates)]
    assert 0.4 * 400 < len(twinned) < 0.6 * 400
    counterpart = {"faithful": "over_edit", "over_edit": "faithful", "failed": "wrong_target"}
    for program in twinned:
        for candidate in program.candidates:
            if candidate.spared:
                twin = counterpart[candidate.outcome]
                extra = "-" if twin == "faithful" else candidate.extra
                assert (twin, extra, False, 0) in pairs(program)


def test_every_outcome_is_planned_in_time(plain, partner):
    planned = {c.outcome for program in programs(plain, [partner.record]) for c in program.candidates}
    assert planned == {"faithful", *OutcomeWeights.model_fields}


def test_a_program_depends_on_its_number_alone(plain, partner):
    whole = programs(plain, [partner.record], count=6)
    assert programs(plain, [partner.record], count=3, first=3) == whole[3:]


def test_without_partners_no_picture_is_unrelated(plain):
    assert "unrelated" not in {c.outcome for program in programs(plain, []) for c in program.candidates}


def test_an_outcome_of_weight_nothing_never_comes(plain, partner):
    weights = OutcomeWeights(failed=0)
    planned = {
        c.outcome for p in programs(plain, [partner.record], outcomes=weights, twin_share=0) for c in p.candidates
    }
    assert "failed" not in planned


def test_the_mean_number_of_candidates_is_what_is_planned(plain, partner):
    made = programs(plain, [partner.record], count=1500)
    mean = sum(len(p.candidates) for p in made) / len(made)
    assert mean == pytest.approx(mean_candidates(EditsConfig()), abs=0.2)


def test_settings_that_contradict_themselves_are_refused():
    with pytest.raises(ValidationError, match="candidates_min"):
        EditsConfig(candidates_min=5, candidates_max=2)
    with pytest.raises(ValidationError, match="at least one weight"):
        OperationWeights(**dict.fromkeys(OperationWeights.model_fields, 0.0))
    with pytest.raises(ValidationError):
        EditsConfig(unknown=1)
