"""What crosses a shuffle or is a side input: pointers and counts, of registered types, each below 4 KB."""

import io
import json
from typing import Any, NamedTuple

import apache_beam as beam
import numpy as np
import pytest
from apache_beam.pipeline import PipelineVisitor
from apache_beam.typehints import typehints
from apache_beam.utils.timestamp import Timestamp
from apache_beam.utils.windowed_value import PaneInfo
from PIL import Image
from rich.console import Console
from skimage import data as photos

from pipeline.build import BuildRequest, build
from pipeline.coders import CROSSING, ModelCoder
from pipeline.config import load_recipe
from pipeline.finish import BuildFacts
from pipeline.graph import inspect_sources, join_near, make_candidates, write_dataset
from pipeline.layout import Layout
from schemas.plan import Rights
from schemas.work import Collected, Placement, ShardTask, Span, WorkList
from transforms.candidate import SourceWork
from transforms.shards.staging import RunFacts

MOST_BYTES = 4096
SHUFFLES = (beam.GroupByKey, beam.Reshuffle, beam.CombineGlobally, beam.CombinePerKey, beam.CoGroupByKey)
BEAMS_OWN = {int, type(None), Timestamp, PaneInfo}
"""What a Reshuffle adds to an element: a random key, when and in which firing it came."""


class Crossing(NamedTuple):
    place: str
    element_type: Any


class _Crossings(PipelineVisitor):
    def __init__(self):
        self.found = []

    def _look(self, node):
        if isinstance(node.transform, SHUFFLES):
            self.found += [Crossing(node.full_label, pcoll.element_type) for pcoll in node.inputs]
        for view in node.side_inputs or ():
            self.found.append(Crossing(f"{node.full_label} (side input)", view.pvalue.element_type))

    def enter_composite_transform(self, node):
        self._look(node)

    def visit_transform(self, node):
        self._look(node)


def crossings(make):
    root = beam.Pipeline()
    make(root)
    visitor = _Crossings()
    root.visit(visitor)
    return visitor.found


def leaves(element_type):
    """Yield the types that an element's type is put together from; what says nothing (None, Any, a variable) too."""
    if isinstance(element_type, typehints.UnionConstraint):
        inner = element_type.union_types
    elif isinstance(element_type, typehints.TupleHint.TupleConstraint):
        inner = element_type.tuple_types
    elif isinstance(element_type, typehints.TypeConstraint) and hasattr(element_type, "inner_type"):
        inner = (element_type.inner_type,)
    else:
        yield element_type
        return
    for part in inner:
        yield from leaves(part)


def strangers(found):
    allowed = BEAMS_OWN | set(CROSSING)
    return [c for c in found if any(leaf not in allowed for leaf in leaves(c.element_type))]


def passes():
    recipe, layout = load_recipe("demo"), Layout("/no/such/out", "-", "c")
    cut = load_recipe("demo", ["execution.accelerator=type:nvidia-l4;count:1"])
    work = WorkList(name="w", lines=3, per_span=1)
    facts = BuildFacts("r", "-", "c", 0, "jpg", {}, [], 1, 1, 1, (), 3, 8, 1, 0, (), "-", 0.9)
    return {
        "inspect": lambda root: inspect_sources(root, work, recipe, layout),
        "near": lambda root: join_near(root, work, work, 3, layout),
        "make": lambda root: make_candidates(root, work, recipe, layout, RunFacts("r", "c", 0, "v")),
        "make and cut": lambda root: make_candidates(root, work, cut, layout, RunFacts("r", "c", 0, "v")),
        "write": lambda root: write_dataset(root, work, recipe, layout, facts),
    }


@pytest.mark.parametrize(
    ("name", "expected"), [("inspect", 1), ("near", 4), ("make", 1), ("make and cut", 2), ("write", 4)]
)
def test_only_registered_records_cross(name, expected):
    found = crossings(passes()[name])
    assert strangers(found) == []
    # one or two shuffles of spans and tasks, each seen as a Reshuffle and as the GroupByKey in it, and side inputs
    places = [c for c in found if not c.place.endswith("/GroupByKey") and "ReshufflePerKey" not in c.place]
    assert len(places) == expected, [c.place for c in places]


def test_every_registered_type_has_its_own_coder():
    for model in CROSSING:
        coder = beam.coders.registry.get_coder(model)
        assert isinstance(coder, ModelCoder) and coder.to_type_hint() is model and coder.is_deterministic()


@pytest.mark.parametrize("kind", [bytes, str, np.ndarray, Image.Image, io.BytesIO, SourceWork, Any, dict[str, Any]])
@pytest.mark.parametrize("place", ["shuffle", "group", "combine", "side input"])
def test_whatever_else_crosses_is_found(kind, place):
    def make(root):
        span = Span(name="w", number=0, offset=0, length=1)
        planted = root | beam.Create([span]) | "Planted" >> beam.Map(lambda span: span).with_output_types(kind)
        if place == "shuffle":
            planted | beam.Reshuffle()
        elif place == "group":
            keyed = planted | beam.Map(lambda value: (0, value)).with_output_types(tuple[int, kind])
            keyed | beam.GroupByKey()
        elif place == "combine":
            planted | beam.combiners.ToList()
        else:
            root | "One" >> beam.Create([span]) | beam.Map(lambda _, rest: None, beam.pvalue.AsList(planted))

    assert strangers(crossings(make))


def test_an_untyped_element_is_found():
    def make(root):
        root | beam.Create([1]) | beam.Map(lambda number: json.loads(f"[{number}]")) | beam.Reshuffle()

    assert strangers(crossings(make))


def test_in_a_real_build_no_element_is_above_4_kb(tmp_path, monkeypatch):
    sizes = {}
    encode = ModelCoder.encode

    def counted(self, value):
        encoded = encode(self, value)
        sizes.setdefault(type(value), []).append(len(encoded))
        return encoded

    monkeypatch.setattr(ModelCoder, "encode", counted)
    sources = tmp_path / "pairs"
    sources.mkdir()
    for number, name in enumerate(("coffee", "chelsea", "astronaut")):
        before = getattr(photos, name)()[:256, :256]
        after = before.copy()
        after[60:160, 40 : 140 + 10 * number] = (20, 60, 200)
        Image.fromarray(before).save(sources / f"{name}.source.png")
        Image.fromarray(after).save(sources / f"{name}.edited.png")
        (sources / f"{name}.txt").write_text("Lay a blue card on it. " * 200)
    rights = Rights(license="CC0-1.0", attribution="nobody")
    request = BuildRequest(load_recipe("pairs"), str(tmp_path / "out"), (str(sources),), rights, workers=1)
    manifest = build(request, Console(quiet=True))
    assert manifest.accounting.candidates_kept == 3
    assert set(sizes) >= {Span, Collected, Placement, ShardTask}
    assert max(map(max, sizes.values())) <= MOST_BYTES
