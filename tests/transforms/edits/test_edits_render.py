import numpy as np
import pytest

from schemas.example import Edit
from schemas.plan import ProgramPlan
from schemas.reject import Reject
from transforms.edits.change import VISIBLE_DELTA_E, delta_e
from transforms.edits.config import RENDERED_OUTCOMES, EditsConfig, NoiseConfig, OperationWeights
from transforms.edits.operations import OPERATIONS
from transforms.edits.render import render_program
from transforms.edits.triplet import Triplet
from transforms.sources.image import SourceImage

CLEAN = NoiseConfig(enabled=False)
ALL = ["faithful", *RENDERED_OUTCOMES]


def only(operation: str) -> OperationWeights:
    return OperationWeights(**{name: float(name == operation) for name in OPERATIONS})


def render(
    source: SourceImage, partners=(), outcomes=("faithful",), seed=0, number=0, **settings
) -> list[Triplet | Reject]:
    config = EditsConfig(**{"noise": CLEAN, "max_edits": 1, "multi_edit_share": 0.0, **settings})
    by_id = {p.record.source_id: p for p in partners}
    plan = ProgramPlan(
        program_id=f"{source.record.source_id}-p{number:03d}", outcomes=list(outcomes), partner_ids=list(by_id)
    )
    return list(render_program(plan, source, by_id, config, seed))


def triplets(items) -> dict[str, Triplet]:
    return {item.outcome: item for item in items if isinstance(item, Triplet)}


def several(source, partners=(), outcomes=ALL, **settings) -> dict[str, Triplet]:
    """Render a program of two local operations, the first for which the photo has room."""
    for number in range(20):
        weights = OperationWeights(tone=0, background=0, style=0)
        items = render(
            source, partners, outcomes, number=number, max_edits=2, multi_edit_share=1.0, operations=weights, **settings
        )
        if not any(isinstance(item, Reject) for item in items):
            return triplets(items)
    raise AssertionError("no program of twenty could render every outcome")


@pytest.mark.parametrize("operation", sorted(OPERATIONS))
def test_truth_covers_what_changed_and_nothing_else(operation, annotated):
    rendered = [
        item
        for n in range(6)
        for item in render(annotated, number=n, operations=only(operation))
        if isinstance(item, Triplet)
    ]
    assert rendered, f"{operation} never fits a photo made for it"
    for item in rendered:
        visible = delta_e(item.source, item.edited) > VISIBLE_DELTA_E
        marked = item.truth.label_map > 0
        if operation in ("tone", "style"):
            assert marked.all() and item.truth.regions[0].kind == "global"
            continue
        assert (marked & visible).sum() >= 0.95 * visible.sum()
        assert not (marked & ~visible).any()


def test_one_item_per_outcome_in_order(annotated, partner):
    items = render(annotated, [partner], ALL, max_edits=3)
    assert len(items) == len(ALL)
    for index, (item, outcome) in enumerate(zip(items, ALL, strict=True)):
        assert item.key == f"{annotated.record.source_id}-p000-c{index}"
        if isinstance(item, Reject):
            assert (item.stage, item.reject_class, item.level) == ("render", "filter", "candidate")
        else:
            assert item.outcome == outcome


def test_the_same_plan_gives_the_same_arrays(annotated, plain, partner):
    def pixels(source):
        items = triplets(render(source, [partner], ALL, max_edits=2, noise=NoiseConfig()))
        return [
            (i.source.tobytes(), i.edited.tobytes(), i.truth.label_map.tobytes(), i.instruction) for i in items.values()
        ]

    first = pixels(annotated)
    pixels(plain)
    assert pixels(annotated) == first


def test_what_is_rendered_beside_a_candidate_does_not_change_it(annotated, partner):
    every = triplets(render(annotated, [partner], ALL, noise=NoiseConfig()))
    alone = triplets(render(annotated, [partner], ["faithful", "over_edit"], noise=NoiseConfig()))
    for outcome, item in alone.items():
        assert np.array_equal(item.edited, every[outcome].edited)


def test_partial_says_which_edits_were_done(annotated, partner):
    item = several(annotated, [partner])["partial"]
    done = [edit.done for edit in item.edits]
    assert sorted(done) == [0.0, 1.0]
    assert {region.edit_id for region in item.truth.regions} == {edit.id for edit in item.edits if edit.done == 1.0}
    assert item.edit_type == "multi"


def test_partial_of_a_single_operation_is_set_aside(annotated):
    (item,) = render(annotated, outcomes=["partial"], max_edits=1)
    assert isinstance(item, Reject) and item.reason == "single_operation"


def test_reversed_exchanges_the_pictures(annotated, partner):
    made = several(annotated, [partner])
    assert np.array_equal(made["reversed"].source, made["faithful"].edited)
    assert np.array_equal(made["reversed"].edited, made["faithful"].source)
    assert [e.done for e in made["reversed"].edits] == [0.0, 0.0]
    assert [r.edit_id for r in made["reversed"].truth.regions] == [r.edit_id for r in made["faithful"].truth.regions]


def test_failed_and_already_true_leave_the_source_as_it_is(annotated, partner):
    made = several(annotated, [partner])
    for outcome, done in (("failed", 0.0), ("already_true", 1.0)):
        assert np.array_equal(made[outcome].source, made[outcome].edited)
        assert made[outcome].truth.regions == () and not made[outcome].truth.label_map.any()
        assert {edit.done for edit in made[outcome].edits} == {done}
    assert made["already_true"].instruction != made["failed"].instruction


def test_wrong_target_changes_another_object_only(annotated, partner):
    made = several(annotated, [partner])
    asked = made["faithful"].truth.label_map > 0
    assert made["wrong_target"].truth.regions
    assert {(r.edit_id, r.kind) for r in made["wrong_target"].truth.regions} == {(0, "collateral")}
    assert not (asked & (made["wrong_target"].truth.label_map > 0)).any()
    assert {e.done for e in made["wrong_target"].edits} == {0.0}


@pytest.mark.parametrize(("outcome", "kind"), [("over_edit", "collateral"), ("artifact", "artifact")])
def test_a_fault_is_added_to_what_was_asked(outcome, kind, annotated, partner):
    made = several(annotated, [partner])
    asked = made["faithful"].truth.label_map > 0
    extra = [r for r in made[outcome].truth.regions if r.edit_id == 0]
    assert extra and {r.kind for r in extra} == {kind}
    assert np.array_equal(made[outcome].edited[asked], made["faithful"].edited[asked])
    changed = delta_e(made["faithful"].edited, made[outcome].edited) > VISIBLE_DELTA_E
    marked = np.isin(made[outcome].truth.label_map, [r.id for r in extra])
    assert (changed & marked).sum() >= 0.95 * changed.sum()
    assert {e.done for e in made[outcome].edits} == {1.0}


def test_other_instruction_has_the_faithful_pictures(annotated, partner):
    made = several(annotated, [partner])
    other, faithful = made["other_instruction"], made["faithful"]
    assert np.array_equal(other.edited, faithful.edited) and np.array_equal(other.source, faithful.source)
    assert other.instruction != faithful.instruction
    assert {r.edit_id for r in other.truth.regions} == {0} and [e.done for e in other.edits] == [0.0]


def test_unrelated_is_another_photo_in_the_frame(annotated, partner):
    item = several(annotated, [partner])["unrelated"]
    assert item.edited.shape == item.source.shape
    assert partner.record.source_id in item.lender_ids
    assert [(r.edit_id, r.kind) for r in item.truth.regions] == [(0, "collateral")] and item.truth.label_map.all()


def test_equal_edited_pixels_have_equal_flaws(annotated, partner):
    for number in range(4):
        items = triplets(render(annotated, [partner], ALL, number=number, max_edits=2, noise=NoiseConfig()))
        seen = {}
        for item in items.values():
            assert seen.setdefault(item.edited.tobytes(), item.flaws) == item.flaws


def test_region_ids_follow_the_edits_and_boxes_hold_their_masks(annotated, partner):
    for item in several(annotated, [partner]).values():
        regions = item.truth.regions
        assert [r.id for r in regions] == list(range(1, len(regions) + 1))
        asked = [r.edit_id for r in regions if r.edit_id]
        assert asked == sorted(asked)
        assert set(np.unique(item.truth.label_map)) - {0} == {r.id for r in regions}
        for region in regions:
            ys, xs = np.nonzero(item.truth.label_map == region.id)
            x1, y1, x2, y2 = region.bbox_xyxy
            assert x1 <= xs.min() and xs.max() < x2 and y1 <= ys.min() and ys.max() < y2
        assert all(Edit.model_validate(edit.model_dump()) for edit in item.edits)


@pytest.mark.parametrize(
    "operation", ["add", "remove", "replace", "move", "recolour", "text", "tone", "style", "resize"]
)
def test_a_photo_without_annotations_carries(operation, plain):
    items = [render(plain, number=n, operations=only(operation))[0] for n in range(5)]
    assert any(isinstance(item, Triplet) for item in items)


@pytest.mark.parametrize("size", [(32, 32), (32, 200), (200, 32), (64, 48)])
@pytest.mark.parametrize("grey", [False, True])
def test_small_and_grey_pictures_do_not_crash(size, grey, partner):
    rgb = np.random.default_rng(5).integers(0, 255, (*size, 1 if grey else 3), np.uint8)
    rgb = np.ascontiguousarray(np.broadcast_to(rgb, (*size, 3)))
    source = SourceImage(partner.record.model_copy(update={"source_id": "d" * 16}), rgb)
    for number in range(2):
        items = render(source, [partner], ALL, number=number, max_edits=3, multi_edit_share=1.0, noise=NoiseConfig())
        assert len(items) == len(ALL)
        for item in items:
            assert isinstance(item, Reject) or item.edited.shape == (*size, 3)


def test_a_photo_that_carries_nothing_is_rows_not_a_crash(plain):
    items = render(plain, outcomes=["faithful", "failed"], operations=only("background"))
    assert [item.reason for item in items] == ["no_operation_fits"] * 2


def test_a_laid_thing_is_a_flaw_of_the_pictures_that_show_it(plain):
    for number in range(12):
        made = triplets(render(plain, outcomes=["faithful", "failed"], number=number, operations=only("add")))
        if len(made) == 2 and made["faithful"].edits[0].edit_type == "subject-add":
            assert {flaw.axis for flaw in made["faithful"].flaws} == {"naturalness"}
            assert len(made["failed"].flaws) < len(made["faithful"].flaws)
            return
    raise AssertionError("no thing was ever added")


@pytest.mark.parametrize("number", range(3))
def test_laid_and_removed_leaves_the_photo_itself(plain, number):
    for item in render(plain, number=number, operations=only("remove")):
        if isinstance(item, Triplet):
            untouched = item.truth.label_map > 0
            assert np.array_equal(item.edited[untouched], plain.rgb[untouched])


def test_what_already_holds_is_not_a_thing_that_the_source_shows(plain):
    """A thing asked to be removed because it is not there must not be there, not even as one that nobody asked for."""
    for number in range(12):
        config = {"max_edits": 1, "operations": only("remove")}
        made = triplets(render(plain, outcomes=["other_instruction", "already_true"], number=number, **config))
        if len(made) == 2 and made["already_true"].edits[0].edit_type == "subject-remove":
            assert made["already_true"].edits[0].target.split()[-1] not in made["other_instruction"].edits[0].target
