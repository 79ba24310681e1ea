"""The row of a rejected candidate names the source's file, or the pair, whichever stage rejects it."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from schemas.example import Judgement, ScoredReasoning
from schemas.plan import PairRow, SourceItem, SourcePlan, SourceRecord
from transforms.candidate import SourceWork
from transforms.dedup.hash_lists import listed
from transforms.dedup.overlap import reject_listed
from transforms.edits.config import EditsConfig
from transforms.edits.make import CandidateMaker
from transforms.filters.rules import FiltersConfig, check_candidate
from transforms.judgements import annotate
from transforms.sources.decode import DecodeLimits
from transforms.sources.hashing import picture_hash


def record(name, uri="/nowhere.png", **facts):
    item = SourceItem(name=name, uri=uri, dataset="d", **facts)
    return SourceRecord(source_id="a" * 16, item=item, width=9, height=9, dhash="0" * 16, dhash_mirrored="0" * 16)


def plan_of(source, pairs=()):
    return SourcePlan(
        source=source, part=0, split="train", order="0", programs=[], pairs=list(pairs), first_pair=2, partners=[]
    )


def imported(name):
    pair = PairRow(name=name, edited_uri="/none.png", instruction="Blue.")
    return record(name, pair=pair)


def test_rules(hand):
    row = check_candidate(hand.candidate(name="album/cat.jpg", regions=hand.derived()), FiltersConfig())
    assert (row.stage, row.name, row.key) == ("filter", "album/cat.jpg", "k-p0-c0")


def test_a_judgement_that_does_not_hold(hand, monkeypatch):
    bad = ScoredReasoning(reasoning="No region is cited.", score=[1, 1])
    monkeypatch.setattr(annotate, "judge", lambda _: Judgement.from_branches(bad, bad))
    row = annotate.annotate(hand.candidate(name="album/cat.jpg"))
    assert (row.stage, row.reason, row.name) == ("judge", "judgement_inconsistent", "album/cat.jpg")


def test_an_overlap_with_a_benchmark(hand):
    pixels = np.random.default_rng(0).integers(0, 255, (40, 40, 3), np.uint8)
    benchmark = listed("bench", "0", [picture_hash(pixels)])
    candidate = replace(hand.candidate(name="rows.jsonl:4"), edited=SimpleNamespace(pixels=pixels))
    row = reject_listed(candidate, [benchmark], 3)
    assert (row.stage, row.reason, row.name) == ("dedup", "benchmark_overlap", "rows.jsonl:4")


def test_a_step_that_raises_names_the_pair_and_not_the_first_pair_of_its_source(hand):
    work = SourceWork(plan_of(record("rows.jsonl:1")), (hand.candidate(name="rows.jsonl:4"),))

    def step(_):
        raise ValueError("no")

    (row,) = work.map("regions", step).candidates
    assert (row.reject_class, row.name) == ("error", "rows.jsonl:4")


@pytest.mark.parametrize("pairs", [[], ["rows.jsonl:1", "rows.jsonl:9"]])
def test_a_source_that_is_gone(pairs):
    records = [imported(name) for name in pairs]
    plan = plan_of(record("rows.jsonl:1"), records)
    made = CandidateMaker({"-": EditsConfig()}, DecodeLimits(), "jpg", seed=0).make(plan).candidates
    assert [(row.key, row.name) for row in made] == [
        (f"{'a' * 16}-i00{number}", name) for number, name in enumerate(pairs, 2)
    ]
