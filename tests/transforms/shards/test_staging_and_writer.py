import io
import json
import os
import tarfile

import numpy as np
import pytest
import webdataset

from schemas.errors import InterruptedRunError
from schemas.example import EditRegion, Example, Judgement, Quality, ScoredReasoning
from schemas.plan import CandidatePlan, ProgramPlan, Rights, SourceItem, SourcePlan, SourceRecord
from schemas.reject import Reject
from schemas.staging import Fingerprint
from transforms import storage
from transforms.candidate import Candidate, DerivedRegions, SourceWork
from transforms.shards.assemble import assemble, entry_of
from transforms.shards.codec import encode_image, encode_label_map
from transforms.shards.staging import RunFacts, commit_marks, read_rows, stage_source
from transforms.shards.writer import write_shard

SOURCE = "0123456789abcdef"
FACTS = RunFacts("test", "c0ffee", 3, "spatialreward-train/0")


def record(source_id=SOURCE, license="CC0-1.0"):
    item = SourceItem(name=source_id, uri="x", dataset="t", rights=Rights(license=license, attribution=f"by {license}"))
    return SourceRecord(source_id=source_id, item=item, width=9, height=9, dhash="0" * 16, dhash_mirrored="0" * 16)


def candidate(index, make_edit):
    rng = np.random.default_rng(index)
    pixels = rng.integers(0, 255, (40, 60, 3), dtype=np.uint8)
    labels = np.zeros((40, 60), np.uint8)
    labels[10:20, 5:25] = 1
    region = EditRegion(
        id=1,
        label="cup",
        bbox_2d=[83, 250, 417, 500],
        edit_id=1,
        kind="requested",
        area=0.1,
        delta_e=9.0,
        confidence=1.0,
    )
    sc = ScoredReasoning(reasoning="<|bbox_1|> A cup. <|global|> Done.", score=[25, 25])
    pq = ScoredReasoning(reasoning="Clean.", score=[20 + index, 20])
    return Candidate(
        key=f"{SOURCE}-p000-c{index}",
        name="x",
        program_id=f"{SOURCE}-p000",
        group_id="g",
        instruction="Add a cup.",
        edit_type="subject-add",
        edits=(make_edit,),
        outcome="faithful",
        source=encode_image(pixels),
        edited=encode_image(pixels[::-1]),
        truth=None,
        flaws=(),
        lender_ids=(SOURCE, "fedcba9876543210"),
        editor="renderer/1",
        regions=DerivedRegions("ok", encode_label_map(labels), (region,), "classical/1", 0.0, 0.0, 1.0, 0.5),
        quality=Quality(),
        judgement=Judgement.from_branches(sc, pq),
        annotator="oracle/1",
        fingerprint=Fingerprint(source_dhash="0", regions_dhash=f"{index}", instruction="add cup"),
    )


@pytest.fixture
def work():
    from schemas.example import Edit

    edit = Edit(
        id=1,
        edit_type="subject-add",
        target="cup",
        value="-",
        source_bbox_2d=[],
        edited_bbox_2d=[83, 250, 417, 500],
        done=1.0,
        region_ids=[1],
    )
    reject = Reject(
        level="candidate", key=f"{SOURCE}-p000-c1", name="x", stage="filter", reason="no", reject_class="filter"
    )
    program = ProgramPlan(
        program_id=f"{SOURCE}-p000",
        candidates=[CandidatePlan(outcome="faithful")] * 3,
        partner_ids=["fedcba9876543210"],
    )
    plan = SourcePlan(
        source=record(),
        part=0,
        split="train",
        order="o",
        programs=[program],
        pairs=[],
        first_pair=0,
        partners=[record("fedcba9876543210", "CC-BY-2.0")],
    )
    return SourceWork(plan, (candidate(0, edit), reject, candidate(2, edit)))


def test_staged_members_are_found_by_offset_and_rows_keep_the_plan_order(work, tmp_path):
    staged = stage_source(work, str(tmp_path), FACTS)
    assert (staged.part_id, staged.kept, staged.set_aside) == (f"{SOURCE}-000", 2, 1)
    assert commit_marks(storage.list_files(str(tmp_path))) == {f"{SOURCE}-000": staged.name}
    rows = list(read_rows(storage.read_bytes(str(tmp_path / staged.name))))
    assert [bool(row.record) for row in rows] == [True, False, True]
    tar = (tmp_path / rows[0].record.tar).read_bytes()
    for row, item in zip(rows, work.candidates, strict=True):
        if row.record:
            contents = [tar[m.offset : m.offset + m.length] for m in row.record.members]
            assert contents == [item.source.data, item.edited.data, item.regions.label_png]
    assert rows[0].record.example.provenance.license == "CC0-1.0 AND CC-BY-2.0"
    assert rows[0].record.example.provenance.attribution == "by CC0-1.0; by CC-BY-2.0"


def test_staging_twice_gives_the_same_bytes(work, tmp_path):
    first, second = (stage_source(work, str(tmp_path / name), FACTS) for name in "ab")
    assert first == second
    for name in storage.list_files(str(tmp_path / "a")):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def write(work, tmp_path, damage=lambda tar: None):
    staged = stage_source(work, str(tmp_path / "staging"), FACTS)
    damage(next((tmp_path / "staging").rglob("*.tar")))
    rows = read_rows(storage.read_bytes(str(tmp_path / "staging" / staged.name)))
    entries = [entry_of(row.record, staged.name, line) for line, row in enumerate(rows) if row.record]
    (plan,) = assemble(entries, [], 100, 0).shards
    return write_shard(plan.task, plan.samples, str(tmp_path / "staging"), str(tmp_path / "out"))


def test_a_shard_has_json_last_and_what_only_the_whole_set_knows(work, tmp_path):
    info = write(work, tmp_path)
    path = tmp_path / "out" / info.name
    with tarfile.open(path) as tar:
        names = tar.getnames()
        assert {entry.mtime for entry in tar} == {0}
    assert [name.partition(".")[2] for name in names] == ["source.jpg", "edited.jpg", "mask.png", "json"] * 2
    assert (info.samples, info.bytes) == (2, path.stat().st_size)
    assert storage.sha256_of(str(path)) == info.sha256
    samples = list(webdataset.WebDataset(str(path), shardshuffle=False))
    examples = [Example.model_validate_json(sample["json"]) for sample in samples]
    assert (examples[0].key, examples[-1].key) == (info.first_key, info.last_key)
    assert {(e.key[-2:], e.rank, e.group_size) for e in examples} == {("c0", 2, 2), ("c2", 1, 2)}
    assert all(isinstance(json.loads(sample["json"])["edits"][0]["done"], float) for sample in samples)


def test_damaged_staging_is_told_with_what_to_do_and_leaves_no_shard(work, tmp_path):
    with pytest.raises(InterruptedRunError, match=r"tar: ends after .*remove it and the \.jsonl of the same name"):
        write(work, tmp_path, damage=lambda tar: os.truncate(tar, tar.stat().st_size // 2))
    assert not list((tmp_path / "out").rglob("*.*"))


def test_a_candidate_whose_step_raises_is_set_aside_with_the_cause(work):
    def step(item):
        if item.key.endswith("c2"):
            raise ValueError("bad pixels")
        return item

    kept, filtered, failed = work.map("judge", step).candidates
    assert isinstance(kept, Candidate)
    assert filtered.reject_class == "filter"
    assert (failed.stage, failed.reason, failed.reject_class) == ("judge", "valueerror", "error")
    assert "bad pixels" in failed.detail


def test_a_tar_in_memory_is_what_readers_expect(work, tmp_path):
    staged = stage_source(work, str(tmp_path), FACTS)
    tar = next(tmp_path.rglob("*.tar")).read_bytes()
    with tarfile.open(fileobj=io.BytesIO(tar)) as opened:
        assert len(opened.getmembers()) == 3 * staged.kept
