from dataclasses import fields, replace

import numpy as np
import pytest
from PIL import Image

from schemas.errors import UserError
from schemas.plan import CandidatePlan, PairRow, ProgramPlan, SourceItem, SourcePlan
from schemas.reject import Reject
from schemas.work import MadePart
from transforms.candidate import Candidate
from transforms.edits.config import EditsConfig
from transforms.edits.made import make_part, pack, read_part, unpack
from transforms.edits.make import CandidateMaker
from transforms.sources.decode import DecodeLimits
from transforms.sources.read import inspect_item


def plan_of(record, programs=(), pairs=()):
    return SourcePlan(
        source=record, part=0, split="train", order="-", programs=programs, pairs=pairs, first_pair=0, partners=[]
    )


def written(folder, name, rgb):
    Image.fromarray(rgb).save(folder / name)
    return SourceItem(name=name, uri=str(folder / name), dataset="test")


def maker():
    return CandidateMaker({"-": EditsConfig()}, DecodeLimits(), "jpg", seed=0)


def test_candidates_of_one_photo_share_its_encoded_picture(tmp_path, plain):
    record = inspect_item(written(tmp_path, "photo.png", plain.rgb), DecodeLimits())
    outcomes = [CandidatePlan(outcome=outcome) for outcome in ("faithful", "failed")]
    program = ProgramPlan(program_id=f"{record.source_id}-p000", candidates=outcomes, partner_ids=[])
    made = maker().make(plan_of(record, [program])).candidates
    assert [candidate.outcome for candidate in made] == ["faithful", "failed"]
    assert made[0].source is made[1].source


def test_pairs_of_one_source_share_it_and_keep_their_own_rows(tmp_path, plain):
    records = []
    for name in ("one", "two"):
        edited = written(tmp_path, f"{name}.edited.png", np.roll(plain.rgb, len(records) + 1, 1)).uri
        pair = PairRow(name=name, edited_uri=edited, instruction=name)
        item = written(tmp_path, "photo.png", plain.rgb).model_copy(update={"pair": pair})
        records.append(inspect_item(item, DecodeLimits()))
    made = maker().make(plan_of(records[0], pairs=records)).candidates
    assert [(candidate.pair.name, candidate.instruction) for candidate in made] == [("one", "one"), ("two", "two")]
    assert made[0].source is made[1].source
    assert made[0].edited.data != made[1].edited.data


def test_a_part_in_a_file_is_the_part(tmp_path, plain):
    source = inspect_item(written(tmp_path, "photo.png", plain.rgb), DecodeLimits())
    pair = PairRow(name="one", edited_uri=written(tmp_path, "e.png", plain.rgb[:, ::-1]).uri, instruction="Turn it.")
    gone = pair.model_copy(update={"edited_uri": str(tmp_path / "gone.png")})
    imported = [
        source.model_copy(update={"item": source.item.model_copy(update={"pair": each})}) for each in (pair, gone)
    ]
    outcomes = [CandidatePlan(outcome=outcome) for outcome in ("faithful", "failed", "artifact", "wrong_target")]
    program = ProgramPlan(program_id=f"{source.source_id}-p000", candidates=outcomes, partner_ids=[])
    work = maker().make(plan_of(source, [program], imported))
    assert {type(item) for item in work.candidates} == {Candidate, Reject}
    data = pack(work)
    assert data == pack(work) == pack(unpack(data))
    written_plan = SourcePlan.model_validate_json(work.plan.model_dump_json())  # without details of hashes
    assert unpack(data).plan == written_plan and unpack(data).truths == {}
    for item, before in zip(unpack(data).candidates, work.candidates, strict=True):
        assert plain_facts(item) == plain_facts(before)
    made = [item for item in unpack(data).candidates if isinstance(item, Candidate)]
    assert made[0].source is made[1].source


def plain_facts(item):
    """All that a candidate is, in values that can be compared."""
    if isinstance(item, Reject):
        return item
    facts = {field.name: getattr(item, field.name) for field in fields(item)}
    for name in ("source", "edited"):
        facts[name] = (facts[name].data, facts[name].extension, facts[name].info)
    return facts | {"truth": item.truth and (item.truth.label_png, item.truth.regions)}


def test_a_part_that_was_made_is_not_made_again(tmp_path, plain):
    record = inspect_item(written(tmp_path, "photo.png", plain.rgb), DecodeLimits())
    program = ProgramPlan(
        program_id=f"{record.source_id}-p000", candidates=[CandidatePlan(outcome="faithful")], partner_ids=[]
    )
    plan, folder = plan_of(record, [program]), str(tmp_path / "made")
    part = make_part(plan, maker(), "k", folder)
    (tmp_path / "photo.png").unlink()
    assert make_part(plan, maker(), "k", folder) == part
    (candidate,) = read_part(part).candidates
    assert candidate.outcome == "faithful" and candidate.truth.regions
    others = [
        make_part(plan, maker(), "another kind", folder),
        make_part(plan, replace(maker(), seed=1), "k", folder),
        make_part(plan, replace(maker(), edits={"-": EditsConfig(max_edits=1)}), "k", folder),
        make_part(plan.model_copy(update={"split": "test"}), maker(), "k", folder),
    ]
    assert len({other.name for other in [part, *others]}) == 5
    assert all(read_part(other).candidates[0].stage == "read" for other in others), "the photo is gone"
    written(tmp_path, "photo.png", plain.rgb)
    again = make_part(plan, maker(), "another kind", folder)
    assert again.name != others[0].name and read_part(again).candidates[0].outcome == "faithful"


def test_a_file_that_is_no_part_is_told(tmp_path):
    (tmp_path / "part.tar").write_bytes(b"no tar")
    with pytest.raises(UserError, match=r"part\.tar: is no"):
        read_part(MadePart(name=str(tmp_path / "part.tar")))
