import pyarrow.parquet as pq
import pytest
from tiny_dataset import samples

from pipeline.finish import AccountingError, BuildFacts, OneFate, PlannedComponent, account, finish
from schemas.manifest import ShardInfo
from schemas.reject import Reject
from schemas.staging import Fingerprint, Record, StagedRow
from schemas.work import Placement, Span, StagedSlice
from transforms import storage
from transforms.shards.collect import collect
from transforms.shards.place import place, tasks_of
from transforms.shards.tables import write_file_rejects, write_sources
from transforms.splits.quotas import Target
from transforms.work import spans_of, write_work


def facts(found, used, planned, components=()):
    return BuildFacts(
        recipe="r",
        description="-",
        config_hash="c",
        seed=0,
        image_format="jpg",
        versions={"spatialreward-train": "0"},
        cpu_features=[],
        files_found=found,
        files_used=used,
        planned=planned,
        components=components,
        near_radius=3,
        shared_radius=8,
        largest_near=2,
        largest_group=0,
        notes=(),
        embedder_sha256="-",
        similarity=0.9,
    )


def reject(key, level="candidate"):
    return Reject(level=level, key=key, name=key, stage="s", reason="r", reject_class="filter")


def record(example, split="train"):
    return Record(
        example=example,
        name="photos/a.jpg",
        split=split,
        program_id=example.group_id,
        order=example.key,
        tar="x.tar",
        members=[],
        fingerprint=Fingerprint(source_dhash="0", regions_dhash=example.key, instruction="-"),
    )


@pytest.fixture
def staged(tmp_path):
    """Folders of staging and tables, and a function that stages rows and returns their slice's span."""

    def collected(slices):
        lines = []
        for number, rows in enumerate(slices):
            text = b"".join(row.model_dump_json().encode() + b"\n" for row in rows)
            storage.write_bytes(str(tmp_path / "staging" / f"{number}.jsonl"), text)
            lines.append(StagedSlice(number=number, names=[f"{number}.jsonl"]))
        work = write_work(str(tmp_path / "work"), lines)
        write_sources(tables(tmp_path), [])
        return [collect(span, str(tmp_path / "staging"), tables(tmp_path)) for span in spans_of(work)]

    return collected


def tables(tmp_path):
    return str(tmp_path / "tables")


def kept_examples():
    found = [(example, split) for split, members in samples().items() for example, _ in members]
    return sorted(found, key=lambda pair: pair[0].key)


def infos(placement, examples):
    return [
        ShardInfo(
            name=task.name,
            split=task.split,
            samples=sum(split == task.split for _, split in examples),
            bytes=1,
            sha256="0",
            first_key="a",
            last_key="b",
        )
        for task in tasks_of(placement)
    ]


def run(tmp_path, collected, examples, facts, targets=()):
    placement = place(collected, tables(tmp_path), targets, 100, 0)
    out, lists = str(tmp_path / "out"), str(tmp_path / "lists")
    return finish(placement, infos(placement, examples), facts, out, tables(tmp_path), lists)


def test_both_sums_are_stated():
    result = account(facts(found=3, used=2, planned=5), kept=3, files_set_aside=1, candidates_set_aside=2)
    assert (result.files_set_aside, result.candidates_set_aside) == (1, 2)


@pytest.mark.parametrize(("found", "planned", "words"), [(4, 5, "files: found"), (3, 6, "candidates: planned")])
def test_what_is_lost_is_an_error(found, planned, words):
    with pytest.raises(AccountingError, match=words):
        account(facts(found, 2, planned), 3, 1, 2)


@pytest.mark.parametrize("keys", [["a", "a"], ["a", "c", "b"]])
def test_a_key_with_two_fates_is_an_error_in_one_slice_and_over_two(keys):
    with pytest.raises(AccountingError, match="two fates"):
        OneFate().check(keys)
    fates = OneFate()
    fates.check(keys[:-1])
    with pytest.raises(AccountingError, match="two fates"):
        fates.check(keys[-1:])


def test_slices_are_joined_into_sorted_tables_with_final_values(tmp_path, staged):
    examples = kept_examples()
    rows = [StagedRow(record=record(example, split)) for example, split in examples]
    collected = staged([[*rows[:4], StagedRow(reject=reject("0-first"))], rows[4:]])
    assert [(part.candidates, part.set_aside) for part in collected] == [(4, 1), (5, 0)]
    write_file_rejects(tables(tmp_path), [reject("z.jpg", "file"), reject("a.jpg", "file")])
    parts = (PlannedComponent(Target(), 10, 3),)
    manifest = run(tmp_path, collected, examples, facts(5, 3, 10, parts))
    assert manifest.samples == {"train": 6, "validation": 3, "test": 0}
    (component,) = manifest.mixture
    assert (component.kept, component.planned, component.sources) == (9, 10, 3)
    train = pq.read_table(tmp_path / "out/metadata/train.parquet").to_pylist()
    assert [row["key"] for row in train] == sorted(e.key for e, split in examples if split == "train")
    assert {row["shard"] for row in train} == {"data/train-00000-of-00001.tar"}
    assert {row["group_size"] for row in train} == {3} and {row["rank"] for row in train} == {1, 2}
    rejected = pq.read_table(tmp_path / "out/rejected.parquet").to_pylist()
    assert [(row["level"], row["key"]) for row in rejected] == [
        ("candidate", "0-first"),
        ("file", "a.jpg"),
        ("file", "z.jpg"),
    ]


def test_what_assembling_leaves_out_has_its_row(tmp_path, staged):
    examples = kept_examples()
    collected = staged([[StagedRow(record=record(example)) for example, _ in examples]])
    write_file_rejects(tables(tmp_path), [])
    kept = [(example, "train") for example, _ in examples[:3]]
    run(tmp_path, collected, kept, facts(3, 3, 9), [Target(num_examples=3)])
    rejected = pq.read_table(tmp_path / "out/rejected.parquet").to_pylist()
    assert [row["key"] for row in rejected] == [example.key for example, _ in examples[3:]]
    assert {row["name"] for row in rejected} == {"photos/a.jpg"}
    assert {(row["stage"], row["reason"], row["class"]) for row in rejected} == {
        ("quota", "over_num_examples", "quota")
    }


def test_nothing_is_written_over_a_wrong_sum(tmp_path, staged):
    collected = staged([[StagedRow(reject=reject("k1"))]])
    write_file_rejects(tables(tmp_path), [])
    with pytest.raises(AccountingError):
        run(tmp_path, collected, [], facts(1, 1, 2))
    assert storage.list_files(str(tmp_path / "out")) == []


def test_a_shard_that_lacks_a_sample_is_an_error(tmp_path, staged):
    examples = kept_examples()
    collected = staged([[StagedRow(record=record(example, split)) for example, split in examples]])
    write_file_rejects(tables(tmp_path), [])
    with pytest.raises(AccountingError, match="train: 5 samples in 1 shards, of 6 rows"):
        run(tmp_path, collected, examples[1:], facts(3, 3, 9))


def test_without_a_kept_example_there_are_rows_but_no_manifest(tmp_path, staged):
    collected = staged([[StagedRow(reject=reject("k1"))]])
    write_file_rejects(tables(tmp_path), [])
    assert run(tmp_path, collected, [], facts(1, 1, 1)) is None
    assert storage.list_files(str(tmp_path / "out")) == ["rejected.parquet", "report/truth.parquet"]


def test_a_set_without_any_plan_is_accounted_too(tmp_path):
    write_file_rejects(tables(tmp_path), [reject("a.jpg", "file")])
    nothing = Placement(slices=0, shards={})
    assert finish(nothing, [], facts(1, 0, 0), str(tmp_path / "out"), tables(tmp_path), str(tmp_path / "lists")) is None


def test_a_span_points_at_its_lines_alone(tmp_path):
    slices = [StagedSlice(number=number, names=["x" * number]) for number in range(7)]
    work = write_work(str(tmp_path / "work"), slices, per_span=3)
    spans = list(spans_of(work))
    assert (work.lines, work.spans) == (7, 3) and [span.number for span in spans] == [0, 1, 2]
    text = (tmp_path / "work").read_bytes()
    assert b"".join(text[s.offset : s.offset + s.length] for s in spans) == text
    assert isinstance(spans[0], Span)
