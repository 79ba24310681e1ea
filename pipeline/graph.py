"""The whole flow on one screen: three Beam pipelines, and one for very many sources. Between steps go pointers and
counts; rows and pixels lie in files.

Pixels live in pass 2 alone, fused. What crosses a shuffle or is a side input is named in `pipeline.coders`.
"""

from functools import partial

import apache_beam as beam

from pipeline import coders  # noqa: F401 - registers how records travel
from pipeline.config import Recipe
from pipeline.cut import MakeAndCut, at_accelerator, is_cut
from pipeline.finish import BuildFacts, finish
from pipeline.layout import Layout
from pipeline.mixture import edits_of, targets_of
from pipeline.worker import EnterWorker, ReadWork, SpreadWork
from schemas.plan import SourcePlan
from schemas.work import ShardTask, WorkList
from transforms.dedup.banding import Crowd, read_crowds
from transforms.dedup.stage import CompareBuckets, DealHashes, FingerprintCandidates
from transforms.edits.make import CandidateMaker
from transforms.edits.stage import MakeCandidates
from transforms.filters.stage import FilterCandidates
from transforms.judgements.stage import JudgeCandidates
from transforms.regions.stage import DeriveRegions
from transforms.shards.place import tasks_of
from transforms.shards.stage import AssembleShards, CollectStaged, StageSources, WriteShards
from transforms.shards.staging import RunFacts
from transforms.sources.stage import InspectSources


def inspect_sources(root: beam.Pipeline, items: WorkList, recipe: Recipe, layout: Layout) -> None:
    """Pass 1: every file decoded once; small records and rows, in a file for each span."""
    embedder = "-" if recipe.dedup.embedding == "-" else layout.embedder
    (
        root
        | "Items" >> beam.Create([items])  # WorkList
        | "SpreadItems" >> SpreadWork(layout)  # Span
        | "InspectSources" >> InspectSources(recipe.decode, layout.inspected, embedder)  # Inspected
    )


def join_near(root: beam.Pipeline, hashes: WorkList, crowds: WorkList, radius: int, layout: Layout) -> None:
    """Pass 1, of more hashes than one worker should search: their near pairs, in files."""
    crowded = (
        root
        | "Crowds" >> beam.Create([crowds])  # WorkList
        | "ReadCrowds" >> beam.FlatMap(read_crowds).with_output_types(Crowd)  # Crowd
    )
    (
        root
        | "Hashes" >> beam.Create([hashes])  # WorkList
        | "SpreadHashes" >> SpreadWork(layout)  # Span
        | "DealHashes" >> DealHashes(radius, crowded)  # Bucket, int
        | "Meet" >> beam.GroupByKey()  # Bucket, ints
        | "EnterBuckets" >> EnterWorker(layout)  # Bucket, ints
        | "CompareBuckets" >> CompareBuckets(radius, crowded, layout.near)  # int: pairs, which lie in files
    )


def make_candidates(root: beam.Pipeline, plans: WorkList, recipe: Recipe, layout: Layout, facts: RunFacts) -> None:
    """Pass 2, fused: render or import, derive regions, judge, filter, fingerprint, stage.

    Cut behind the first step, it renders nothing twice, and off the accelerator that the rest may ask for.
    """
    maker = CandidateMaker(edits_of(recipe), recipe.decode, recipe.shards.image_format, recipe.seed)
    at = partial(at_accelerator, recipe.execution.accelerator)
    make = MakeAndCut(maker, recipe.execution, layout) if is_cut(recipe.execution) else MakeCandidates(maker)
    (
        root
        | "Plans" >> beam.Create([plans])  # WorkList
        | "SpreadPlans" >> SpreadWork(layout)  # Span
        | "ReadPlans" >> ReadWork(SourcePlan)  # SourcePlan
        | "MakeCandidates" >> make  # SourceWork: encoded
        | "DeriveRegions" >> at(DeriveRegions(recipe.regions))  # SourceWork: with regions
        | "JudgeCandidates" >> at(JudgeCandidates())  # SourceWork: with judgements
        | "FilterCandidates" >> at(FilterCandidates(recipe.filters))  # SourceWork: some set aside
        | "FingerprintCandidates"
        >> at(FingerprintCandidates(recipe.dedup.radius, layout.lists))  # SourceWork: with fingerprints
        | "StageSources" >> at(StageSources(layout.staging, facts))  # StagedSource
    )


def write_dataset(root: beam.Pipeline, slices: WorkList, recipe: Recipe, layout: Layout, facts: BuildFacts) -> None:
    """Pass 3, pointers only: duplicates, quota, order, shards; accounting checked; the manifest last."""
    work = root | "Slices" >> beam.Create([slices])  # WorkList
    collected = (
        work
        | "SpreadSlices" >> SpreadWork(layout)  # Span
        | "CollectStaged" >> CollectStaged(layout.staging, layout.tables)  # Collected
    )
    placement = (
        work
        | "EnterPlacing" >> EnterWorker(layout)  # WorkList
        | "AssembleShards"
        >> AssembleShards(
            collected, layout.tables, targets_of(recipe), recipe.shards.target_samples, recipe.seed
        )  # Placement, one element
    )
    shards = (
        placement
        | "ShardTasks" >> beam.FlatMap(tasks_of).with_output_types(ShardTask)  # ShardTask
        | "SpreadShards" >> beam.Reshuffle()  # ShardTask
        | "EnterShards" >> EnterWorker(layout)  # ShardTask
        | "WriteShards" >> WriteShards(layout.tables, layout.staging, layout.dataset)  # ShardInfo
    )
    (
        placement
        | "EnterFinish" >> EnterWorker(layout)  # Placement
        | "Finish" >> beam.Map(finish, beam.pvalue.AsIter(shards), facts, layout.dataset, layout.tables, layout.lists)
    )
