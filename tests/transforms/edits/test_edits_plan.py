import pytest
from pydantic import ValidationError

from transforms.edits.config import EditsConfig, OperationWeights, OutcomeWeights
from transforms.edits.plan import MAX_PARTNERS, mean_candidates, plan_programs


def programs(plain, partners, count=200, first=0, **settings):
    return plan_programs(plain.record, first, count, partners, EditsConfig(**settings), 7)


def test_programs_begin_with_a_faithful_candidate_and_repeat_no_outcome(plain, partner):
    for number, program in enumerate(programs(plain, [partner.record])):
        assert program.program_id == f"{plain.record.source_id}-p{number:03d}"
        assert program.outcomes[0] == "faithful"
        assert 2 <= len(program.outcomes) <= 5
        assert len(set(program.outcomes)) == len(program.outcomes)
        assert len(program.partner_ids) <= MAX_PARTNERS


def test_every_outcome_is_planned_in_time(plain, partner):
    planned = {outcome for program in programs(plain, [partner.record]) for outcome in program.outcomes}
    assert planned == {"faithful", *OutcomeWeights.model_fields}


def test_a_program_depends_on_its_number_alone(plain, partner):
    whole = programs(plain, [partner.record], count=6)
    assert programs(plain, [partner.record], count=3, first=3) == whole[3:]


def test_outcomes_that_cannot_be_are_not_planned(plain):
    planned = {outcome for program in programs(plain, [], max_edits=1) for outcome in program.outcomes}
    assert not planned & {"unrelated", "partial"}


def test_an_outcome_of_weight_nothing_never_comes(plain, partner):
    weights = OutcomeWeights(failed=0)
    planned = {o for p in programs(plain, [partner.record], outcomes=weights) for o in p.outcomes}
    assert "failed" not in planned


def test_the_mean_number_of_candidates_is_what_is_planned(plain, partner):
    made = programs(plain, [partner.record], count=1500)
    mean = sum(len(p.outcomes) for p in made) / len(made)
    assert mean == pytest.approx(mean_candidates(EditsConfig()), abs=0.1)


def test_settings_that_contradict_themselves_are_refused():
    with pytest.raises(ValidationError, match="candidates_min"):
        EditsConfig(candidates_min=5, candidates_max=2)
    with pytest.raises(ValidationError, match="at least one weight"):
        OperationWeights(**dict.fromkeys(OperationWeights.model_fields, 0.0))
    with pytest.raises(ValidationError):
        EditsConfig(unknown=1)
