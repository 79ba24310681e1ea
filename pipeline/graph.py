"""The whole flow on one screen: three Beam pipelines over small records; pixels live in the second alone, fused."""

from collections.abc import Sequence

import apache_beam as beam

from pipeline.config import Recipe
from pipeline.finish import BuildFacts, finish
from pipeline.layout import Layout
from pipeline.mixture import edits_of, targets_of
from pipeline.worker import EnterWorker
from schemas.plan import SourceItem, SourcePlan
from schemas.reject import Reject
from transforms.dedup.stage import FingerprintCandidates
from transforms.edits.make import CandidateMaker
from transforms.edits.stage import MakeCandidates
from transforms.filters.stage import FilterCandidates
from transforms.judgements.stage import JudgeCandidates
from transforms.regions.stage import DeriveRegions
from transforms.shards.assemble import Assembled, ShardPlan
from transforms.shards.stage import AssembleShards, ReadStaged, StageSources, WriteShards
from transforms.shards.staging import RunFacts
from transforms.sources.stage import InspectSources


def inspect_sources(root: beam.Pipeline, items: Sequence[SourceItem], recipe: Recipe, layout: Layout) -> None:
    """Pass 1: every file decoded once; small records and rows into one jsonl."""
    (
        root
        | "Items" >> beam.Create(items)  # SourceItem
        | "SpreadItems" >> beam.Reshuffle()  # SourceItem
        | "Enter" >> EnterWorker(layout.out, layout.pids, layout.token)  # SourceItem
        | "InspectSources" >> InspectSources(recipe.decode)  # SourceRecord | Reject
        | "GatherRecords" >> beam.combiners.ToList()  # [SourceRecord | Reject]
        | "WriteInspected" >> beam.Map(layout.write_inspected)
    )


def make_candidates(
    root: beam.Pipeline, plans: Sequence[SourcePlan], recipe: Recipe, layout: Layout, facts: RunFacts
) -> None:
    """Pass 2, fused: render or import, derive regions, judge, filter, fingerprint, stage."""
    maker = CandidateMaker(edits_of(recipe), recipe.decode, recipe.shards.image_format, recipe.seed)
    (
        root
        | "Plans" >> beam.Create(plans)  # SourcePlan
        | "Enter" >> EnterWorker(layout.out, layout.pids, layout.token)  # SourcePlan
        | "MakeCandidates" >> MakeCandidates(maker)  # SourceWork: encoded
        | "DeriveRegions" >> DeriveRegions(recipe.regions)  # SourceWork: with regions
        | "JudgeCandidates" >> JudgeCandidates()  # SourceWork: with judgements
        | "FilterCandidates" >> FilterCandidates(recipe.filters)  # SourceWork: some set aside
        | "FingerprintCandidates" >> FingerprintCandidates()  # SourceWork: with fingerprints
        | "StageSources" >> StageSources(layout.staging, facts)  # StagedSource
    )


def write_dataset(
    root: beam.Pipeline,
    staged: Sequence[str],
    source_rejects: Sequence[Reject],
    recipe: Recipe,
    layout: Layout,
    facts: BuildFacts,
) -> None:
    """Pass 3, records only: duplicates, quota, order, shards; accounting checked; the manifest last."""
    rows = root | "Staged" >> beam.Create(staged) | "ReadStaged" >> ReadStaged(layout.staging)
    assembled = rows.entries | "AssembleShards" >> AssembleShards(
        targets_of(recipe), recipe.shards.target_samples, recipe.seed
    )  # Assembled, one element
    shards = (
        assembled
        | "ShardPlans" >> beam.FlatMap(_shards)  # ShardPlan
        | "SpreadShards" >> beam.Reshuffle()  # ShardPlan
        | "Enter" >> EnterWorker(layout.out, layout.pids, layout.token)  # ShardPlan
        | "WriteShards" >> WriteShards(layout.staging, layout.out)  # (ShardInfo, rows)
    )
    rejects = (
        rows.rejects,
        assembled | "LeftOut" >> beam.FlatMap(_left_out),
        root | "SourceRejects" >> beam.Create(source_rejects),
    ) | "AllRejects" >> beam.Flatten()  # Reject
    (
        root
        | "Once" >> beam.Create([layout.out])  # str
        | "Finish"
        >> beam.Map(
            finish,
            facts,
            beam.pvalue.AsList(shards),
            beam.pvalue.AsList(rejects),
            beam.pvalue.AsList(rows.truths),
        )
    )


def _shards(assembled: Assembled) -> Sequence[ShardPlan]:
    return assembled.shards


def _left_out(assembled: Assembled) -> Sequence[Reject]:
    return assembled.rejects
