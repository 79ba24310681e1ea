import numpy as np
from PIL import Image

from schemas.plan import CandidatePlan, PairRow, ProgramPlan, SourceItem, SourcePlan
from transforms.edits.config import EditsConfig
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
