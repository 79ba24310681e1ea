"""Time programs stage by stage, and the codec on the same pictures, in turns."""

import io
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

import numpy as np
from PIL import Image

from benchmarks.regions.evaluate import one_thread
from benchmarks.speed.stopwatch import Stopwatch, watching
from benchmarks.speed.work import Work, find_work
from schemas.staging import StagedRow
from schemas.work import ShardTask
from transforms import candidate as candidates
from transforms.candidate import Candidate, SourceWork
from transforms.dedup.stage import fingerprint_work
from transforms.edits import make, render
from transforms.filters.rules import FiltersConfig
from transforms.filters.stage import filter_work
from transforms.judgements.stage import judge_work
from transforms.regions import measure as region_step
from transforms.regions.config import RegionsConfig
from transforms.regions.measure import measure
from transforms.shards import codec
from transforms.shards.assemble import Placed, ShardPlan
from transforms.shards.staging import RunFacts, StagedSource, stage_source
from transforms.shards.writer import write_shard
from transforms.sources.image import SourceImage
from transforms.sources.scenes.scene import render_scene

RENDER, NOISE, ENCODE, DECODE = "render", "editor noise", "encode", "decode what ships"
REGIONS, JUDGE, REST = "derive regions", "judge", "filter and fingerprint"
STAGE, WRITE = "stage", "write shards"
STAGES = (RENDER, NOISE, ENCODE, DECODE, REGIONS, JUDGE, REST, STAGE, WRITE)
OVERHEAD = (ENCODE, DECODE, JUDGE, REST, STAGE, WRITE)
"""Everything except making the edit and finding its regions."""
FACTS = RunFacts("speed", "0123456789abcdef", 0, "speed")
CODEC, SCENE = "codec", "scene"
INSIDE = {
    NOISE: [(render, "add_noise")],
    ENCODE: [(make, "encode_image"), (make, "encode_label_map"), (region_step, "encode_label_map")],
    DECODE: [(codec, "decode_member"), (candidates, "decode_label_map")],
}
"""Stage inside others -> where its functions are called."""


@dataclass(frozen=True)
class Spent:
    """What one program cost in one repeat.

    Attributes:
        name, edit_type: see `Work`.
        source: name of the picture.
        repeat: from 0.
        candidates: how many were made.
        ms: processor time by stage for all of them, milliseconds; under `CODEC` that of a JPEG's encoding and
            decoding for the same source and edited images.
    """

    name: str
    edit_type: str
    source: str
    repeat: int
    candidates: int
    ms: Mapping[str, float]


@dataclass(frozen=True)
class Timings:
    """All that was measured: programs, and by scene number the milliseconds of its rendering, one per repeat."""

    spent: Sequence[Spent]
    scenes: Mapping[int, Sequence[float]]


def find_all(
    sources: Sequence[SourceImage], names: Sequence[str], programs: int, on_name: Callable[[], object]
) -> list[Work]:
    """Return the programs to time, `programs` of each of `names` where the sources carry as many."""
    by_id = {source.record.source_id: source for source in sources}
    found = []
    with one_thread(), giving(sources):
        for name in names:
            found += find_work(name, by_id, programs)
            on_name()
    return found


def time_all(
    work: Sequence[Work],
    sources: Sequence[SourceImage],
    scenes: Sequence[int],
    repeats: int,
    on_program: Callable[[], object],
) -> Timings:
    """Time every program once per repeat, forwards and backwards in turns, so that drift falls on all alike.

    Args:
        work: the programs, made once already.
        sources: that they edit.
        scenes: numbers of scenes whose rendering is timed.
        repeats: how often.
        on_program: called after each.
    """
    spent, rendered = [], {number: list[float]() for number in scenes}
    with one_thread(), giving(sources):
        for repeat in range(repeats):
            for item in work if repeat % 2 == 0 else reversed(work):
                spent.append(_time(item, repeat))
                on_program()
            for number in scenes:
                watch = Stopwatch()
                with watch.stage(SCENE):
                    render_scene(f"scene:{number}")
                rendered[number].append(watch.ms[SCENE])
    return Timings(spent, rendered)


@contextmanager
def giving(sources: Sequence[SourceImage]) -> Iterator[None]:
    """Let programs find their pictures in memory for a while: opening them is no part of a candidate."""
    by_id = {source.record.source_id: source for source in sources}
    with patch.object(make, "load_source", lambda record, limits: by_id[record.source_id]):
        yield


def _time(item: Work, repeat: int) -> Spent:
    watch = Stopwatch()
    with watching(watch, INSIDE):
        with watch.stage(RENDER):
            made = item.maker.make(item.plan)
        with watch.stage(REGIONS):
            derived = made.map("regions", lambda c: measure(c, RegionsConfig(), None).candidate)
        with watch.stage(JUDGE):
            judged = judge_work(derived)
        with watch.stage(REST):
            kept = fingerprint_work(filter_work(judged, FiltersConfig()), (), 0)
        with tempfile.TemporaryDirectory() as folder:
            with watch.stage(STAGE):
                staged = stage_source(kept, folder, FACTS)
            if staged.kept:
                shard = shard_of([staged], folder)
                with watch.stage(WRITE):
                    write_shard(shard.task, shard.samples, folder, f"{folder}/out")
    candidates = _made(made)
    for candidate in candidates:
        pictures = [np.array(Image.open(io.BytesIO(m.data))) for m in (candidate.source, candidate.edited)]
        with watch.stage(CODEC):
            _through_codec(pictures)
    return Spent(item.name, item.edit_type, item.plan.source.item.name, repeat, len(candidates), watch.ms)


def _made(work: SourceWork) -> list[Candidate]:
    return [candidate for candidate in work.candidates if isinstance(candidate, Candidate)]


def shard_of(staged: Sequence[StagedSource], folder: str) -> ShardPlan:
    """Return one shard of all that was kept."""
    samples = []
    for source in staged:
        for line, text in enumerate(Path(folder, source.name).read_bytes().splitlines()):
            record = StagedRow.model_validate_json(text).record
            if record:
                key = record.example.key
                samples.append(Placed(key=key, jsonl=source.name, line=line, rank=1, group_size=1))
    return ShardPlan(ShardTask(split="train", index=0, count=1), tuple(samples))


def _through_codec(pictures: Sequence[np.ndarray]) -> None:
    """Encode and decode pictures as JPEG of quality 95 without subsampling, as they ship."""
    for rgb in pictures:
        stream = io.BytesIO()
        Image.fromarray(rgb).save(stream, "JPEG", quality=95, subsampling="4:4:4")
        with Image.open(stream) as image:
            np.array(image.convert("RGB"))
