"""A build from end to end: sources found, planned, rendered in rounds, assembled, reported. Resumable at any point."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from functools import partial
from importlib.metadata import version

from apache_beam.options.pipeline_options import PipelineOptions
from rich.console import Console

from pipeline.config import DISTRIBUTION, Recipe
from pipeline.dataset import DataSet, open_dataset
from pipeline.extend import join_datasets, open_extended
from pipeline.finish import MANIFEST, BuildFacts, PlannedComponent
from pipeline.graph import inspect_sources, make_candidates, write_dataset
from pipeline.layout import STAGING, Layout
from pipeline.lease import LEASES, run_lease
from pipeline.lock import RUN, leave_as_writer, lock_folder, run_lock
from pipeline.logs import start_log
from pipeline.machine import check_same_machine, cpu_features, versions
from pipeline.mixture import targets_of
from pipeline.near import pair_search
from pipeline.planning import Beside, Planned, plan_build
from pipeline.progress import watch
from pipeline.runner import is_local_run, make_options, run
from pipeline.seen import is_as_seen, seen_hash, write_seen
from pipeline.service import Job, check_service, name_job
from schemas.errors import UserError
from schemas.keys import digest
from schemas.manifest import Manifest
from schemas.plan import Rights, SourceItem, SourcePlan
from schemas.reject import Reject
from schemas.work import WorkList
from transforms import storage
from transforms.dedup.hash_lists import copy_hash_lists, read_copied_lists, read_hash_lists, without_details
from transforms.regions.refiner import make_refiner
from transforms.shards.slices import slices_of
from transforms.shards.staging import RunFacts, commit_marks
from transforms.shards.tables import write_file_rejects, write_sources
from transforms.sources.cutouts import find_cutouts
from transforms.sources.embedding import read_embedder
from transforms.sources.find import find_all_sources
from transforms.sources.inspected import inspected_spans, read_embeddings, read_inspected
from transforms.splits.quotas import UNNAMED, Target
from transforms.work import write_work

LIGHT_ELEMENTS = 200
"""Below this many files or parts, passes 1 and 3 take less time than worker processes take to start (some 4 s)."""

SOURCES_PER_SPAN = 32
"""Sources that one worker opens before it writes what it found."""


@dataclass(frozen=True)
class BuildRequest:
    """What the user asked for on the command line.

    Attributes:
        out: the output folder.
        sources: folders, jsonl files of pairs and other addresses; none for the bundled photos.
        cutouts: folder of cut-outs that programs may lay into photos, or None.
        extend: folder of a finished data set that is added to, or None.
        rights: licence and attribution of the sources, where they do not say themselves.
        workers: local worker processes.
        beam_flags: passed to Beam as they are.
        keep_staging: leave the staging folder when the manifest stands.
        allow_mixed_machines: resume although versions or CPU features differ.
        log_level: debug, info, warning or error, for `OUT/report/run.log`.
        sample: use at most so many of the sources, at hashed places among them; None for all.
    """

    recipe: Recipe
    out: str
    sources: tuple[str, ...]
    rights: Rights
    workers: int
    beam_flags: tuple[str, ...] = ()
    cutouts: str | None = None
    extend: str | None = None
    keep_staging: bool = False
    allow_mixed_machines: bool = False
    log_level: str = "warning"
    sample: int | None = None


def build(request: BuildRequest, console: Console) -> Manifest | None:
    """Build a data set below `request.out`, going on where an earlier run of the same configuration ended.

    Returns:
        The manifest; None when no example was kept (the rows in `rejected.parquet` say why).

    Raises:
        UserError: a mistake in the request; nothing was written.
    """
    found = find(request)
    old = open_extended(request.extend, request.recipe.shards.image_format) if request.extend else None
    _make_out(request.out)
    if storage.is_local(request.out):
        return _build_locked(request, found, old, console)
    with run_lease(request.out, console.print):
        if not is_local_run(options_of(request, "candidates")):
            return _build(request, found, old, Layout(request.out, "-"), console)
        storage.make_folder(lock_folder(request.out))
        manifest = _build_locked(request, found, old, console)
        storage.remove(lock_folder(request.out))
        return manifest


def _build_locked(
    request: BuildRequest, found: Sequence[SourceItem | Reject], old: DataSet | None, console: Console
) -> Manifest | None:
    """Build while this machine's locks are held."""
    with run_lock(lock_folder(request.out)) as token:
        try:
            if storage.is_local(request.out):
                storage.remove_unfinished(request.out)
                start_log(request.out, request.log_level)
            return _build(request, found, old, Layout(request.out, token), console)
        finally:
            leave_as_writer(lock_folder(request.out))


def find(request: BuildRequest) -> list[SourceItem | Reject]:
    """Find all sources, without opening them, after a look at what a job or a worker would say too late.

    Raises:
        UserError: no sources, an unusable hash list or model, or flags that the runner refuses.
    """
    found = find_all_sources(request.sources, request.rights, request.recipe.scenes)
    if request.sample is not None:
        found = sorted(found, key=lambda entry: digest("sample", entry.name))[: request.sample]
    if request.cutouts is not None:
        found += find_cutouts(request.cutouts, request.rights)
    make_refiner(request.recipe.regions)
    read_hash_lists(request.recipe.dedup.benchmarks)
    read_embedder(request.recipe.dedup.embedding)
    items = (item for item in found if isinstance(item, SourceItem))
    check_service(options_of(request, "sources"), request.out, (item.uri for item in items))
    return found


def _make_out(out: str) -> None:
    """Make the output folder, or take one that a build began; others are left alone, since a build rewrites `data/`."""
    try:
        marks = (*(storage.join(out, name) for name in (MANIFEST, RUN, LEASES)), Layout(out, "-").work)
        if not storage.is_empty(out) and not any(storage.exists(mark) for mark in marks):
            raise UserError(f"--out {out}: is not empty and was not made by a build; choose a new or empty folder")
        storage.make_folder(out)
    except OSError as error:
        raise UserError(f"--out {out}: cannot be made ({error.strerror or error}); choose another folder") from None


def _build(
    request: BuildRequest,
    found: Sequence[SourceItem | Reject],
    old: DataSet | None,
    layout: Layout,
    console: Console,
) -> Manifest | None:
    seen = seen_hash(request.recipe, found, old.manifest_sha256 if old else "-")
    is_complete = is_as_seen(request.out, seen) and read_manifest(request.out) is not None
    if not is_complete:
        planned = plan(request, found, layout, console, old)
        is_complete = _finished(request.out, planned.config_hash) is not None
        if not is_complete:
            layout = replace(layout, config_hash=planned.config_hash, extends=old is not None)
            _make(request, planned, layout, console)
            if old and read_manifest(layout.dataset):
                storage.remove(storage.join(request.out, "data"))
                join_datasets(old, open_dataset(layout.dataset), request.out, build_facts(request, planned))
        write_seen(request.out, seen)
    if is_complete:
        console.print(f"{request.out} is complete already, from this recipe and these sources.")
    manifest = read_manifest(request.out)
    if manifest and not request.keep_staging:
        storage.remove(storage.join(request.out, STAGING))
    return manifest


def options_of(request: BuildRequest, job: Job, light_elements: int | None = None) -> PipelineOptions:
    """Return Beam's options of a pass; one over few light elements stays in this process."""
    few = light_elements is not None and light_elements < LIGHT_ELEMENTS
    options = make_options(1 if few else request.workers, request.beam_flags)
    name_job(options, request.recipe.name, job)
    return options


def _make(request: BuildRequest, planned: Planned, layout: Layout, console: Console) -> None:
    check_same_machine(layout.staging, request.allow_mixed_machines)
    _make_in_rounds(request, planned, layout, console)
    write(request, planned, layout, console)


def read_manifest(out: str) -> Manifest | None:
    """Return the manifest at `out`; None where no build was finished."""
    path = storage.join(out, MANIFEST)
    return Manifest.model_validate_json(storage.read_bytes(path)) if storage.exists(path) else None


def _finished(out: str, hash_now: str) -> Manifest | None:
    manifest = read_manifest(out)
    if manifest and manifest.config_hash != hash_now:
        raise UserError(
            f"--out {out}: holds a finished data set of another configuration ({manifest.recipe}, "
            f"{manifest.config_hash}); choose another folder, or remove this one"
        )
    return manifest


def plan(
    request: BuildRequest,
    found: Sequence[SourceItem | Reject],
    layout: Layout,
    console: Console,
    old: DataSet | None = None,
) -> Planned:
    """Run pass 1 and plan: every source opened once, duplicates merged, splits assigned, programs planned."""
    options = options_of(request, "sources", len(found))
    items = [entry for entry in found if isinstance(entry, SourceItem)]
    storage.remove(layout.inspected)
    embeds = request.recipe.dedup.embedding != "-"
    if embeds:
        storage.write_bytes(layout.embedder, storage.read_bytes(request.recipe.dedup.embedding))
    work = write_work(storage.join(layout.work, "sources.jsonl"), items, SOURCES_PER_SPAN)
    done = partial(_inspected_count, layout, work)
    with _watch(request, options, console, "Opening sources", len(items), done, layout):
        run(options, partial(inspect_sources, items=work, recipe=request.recipe, layout=layout))
    unread = (entry for entry in found if isinstance(entry, Reject))
    opened = [*unread, *read_inspected(layout.inspected, work.spans)]
    copy_hash_lists(request.recipe.dedup.benchmarks, layout.lists)
    beside = Beside(
        lists=read_copied_lists(layout.lists),
        embeddings=read_embeddings(layout.inspected, work.spans) if embeds else {},
        embedder_sha256=storage.sha256_of(layout.embedder) if embeds else "-",
        old=old,
        search=pair_search(options, layout),
    )
    for line in without_details(beside.lists):
        console.print(line, soft_wrap=True, markup=False)
    return plan_build(request.recipe, request.sources, len(found), opened, beside)


def _inspected_count(layout: Layout, work: WorkList) -> int:
    return min(work.lines, work.per_span * inspected_spans(storage.list_files(layout.inspected)))


def _make_in_rounds(request: BuildRequest, planned: Planned, layout: Layout, console: Console) -> None:
    options = options_of(request, "candidates")
    done = set(commit_marks(storage.list_files(layout.staging)))
    todo = [part for part in planned.plans if part.part_id not in done]
    size = request.recipe.execution.round_sources if is_local_run(options) else max(1, len(todo))
    facts = run_facts(request, planned)

    def count() -> int:
        return len(commit_marks(storage.list_files(layout.staging)))

    with _watch(request, options, console, "Making candidates", len(planned.plans), count, layout):
        for first in range(0, len(todo), size):
            work = write_work(storage.join(layout.work, "plans.jsonl"), todo[first : first + size])
            run(options, partial(make_candidates, plans=work, recipe=request.recipe, layout=layout, facts=facts))


def run_facts(request: BuildRequest, planned: Planned) -> RunFacts:
    """Return what every example states of the run."""
    release = f"{DISTRIBUTION}/{version(DISTRIBUTION)}"
    return RunFacts(request.recipe.name, planned.config_hash, request.recipe.seed, release)


def write(request: BuildRequest, planned: Planned, layout: Layout, console: Console) -> None:
    """Run pass 3: shards, metadata, card and manifest from all that is staged."""
    options = options_of(request, "shards", len(planned.plans))
    marks = commit_marks(storage.list_files(layout.staging))
    slices = write_work(storage.join(layout.work, "slices.jsonl"), slices_of(planned.plans, marks))
    write_file_rejects(layout.tables, planned.rejects)
    write_sources(layout.tables, planned.sources)
    facts = build_facts(request, planned)
    storage.remove(storage.join(layout.dataset, "data"))
    shards = partial(_shard_count, layout)
    with _watch(request, options, console, "Writing shards", None, shards, layout):
        run(options, partial(write_dataset, slices=slices, recipe=request.recipe, layout=layout, facts=facts))


def build_facts(request: BuildRequest, planned: Planned) -> BuildFacts:
    """Return what the finish of a build needs to know."""
    return BuildFacts(
        recipe=request.recipe.name,
        description=request.recipe.description,
        config_hash=planned.config_hash,
        seed=request.recipe.seed,
        image_format=request.recipe.shards.image_format,
        versions=versions(),
        cpu_features=cpu_features(),
        files_found=planned.files_found,
        files_used=planned.files_used,
        planned=sum(len(part.candidate_keys()) for part in planned.plans),
        components=tuple(_planned(planned.plans, target) for target in targets_of(request.recipe)),
        near_radius=request.recipe.dedup.radius,
        shared_radius=request.recipe.dedup.shared_radius,
        largest_near=planned.largest_near,
        largest_group=planned.largest_group,
        notes=planned.notes,
        embedder_sha256=planned.embedder_sha256,
        similarity=request.recipe.dedup.similarity,
    )


def _planned(plans: Sequence[SourcePlan], target: Target) -> PlannedComponent:
    found = [(part, program) for part in plans for program in part.programs if program.component == target.name]
    pairs = [part for part in plans if part.pairs and target.name == UNNAMED]
    return PlannedComponent(
        target=target,
        planned=sum(len(program.candidates) for _, program in found) + sum(len(part.pairs) for part in pairs),
        sources=len({part.source.source_id for part in [*(part for part, _ in found), *pairs]}),
    )


def _shard_count(layout: Layout) -> int:
    return len(storage.list_files(storage.join(layout.dataset, "data")))


def _watch(
    request: BuildRequest,
    options: PipelineOptions,
    console: Console,
    title: str,
    total: int | None,
    done: Callable[[], int],
    layout: Layout,
) -> AbstractContextManager[None]:
    storage.remove(layout.pids)
    return watch(console, title, total, done, layout.pids, is_local_run(options))
