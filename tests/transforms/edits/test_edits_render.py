from dataclasses import replace

import numpy as np
import pytest

from schemas.example import Edit
from schemas.plan import CandidatePlan, ProgramPlan
from schemas.reject import Reject
from transforms.edits.change import VISIBLE_DELTA_E
from transforms.edits.colour_difference import delta_e
from transforms.edits.config import RENDERED_OUTCOMES, EditsConfig, NoiseConfig, OperationWeights
from transforms.edits.operations import OPERATIONS
from transforms.edits.render import render_program
from transforms.edits.triplet import Triplet
from transforms.sources.image import SourceImage

CLEAN = NoiseConfig(enabled=False)
ALL = ["faithful", *RENDERED_OUTCOMES]


def only(operation: str) -> OperationWeights:
    return OperationWeights(**{name: float(name == operation) for name in OPERATIONS})


def planned(outcome: str, extra: str = "-", spared: bool = False) -> CandidatePlan:
    wanted = {"over_edit": "spare", "wrong_target": "spare"}.get(outcome, "-") if extra == "-" else extra
    return CandidatePlan(outcome=outcome, extra=wanted, spared=spared)


def render(
    source: SourceImage, partners=(), outcomes=("faithful",), seed=0, number=0, **settings
) -> list[Triplet | Reject]:
    config = EditsConfig(**{"noise": CLEAN, "max_edits": 1, "multi_edit_share": 0.0, **settings})
    by_id = {p.record.source_id: p for p in partners}
    candidates = [planned(entry) if isinstance(entry, str) else entry for entry in outcomes]
    plan = ProgramPlan(
        program_id=f"{source.record.source_id}-p{number:03d}", candidates=candidates, partner_ids=list(by_id)
    )
    return list(render_program(plan, source, by_id, config, seed))


def triplets_of(items) -> list[Triplet]:
    return [item for item in items if isinstance(item, Triplet)]


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


def test_partial_says_how_far_each_edit_was_done(annotated, partner):
    item = several(annotated, [partner])["partial"]
    done = [edit.done for edit in item.edits]
    assert 0 < sum(done) < len(done) and all(0 <= d <= 1 for d in done)
    assert {region.edit_id for region in item.truth.regions} == {edit.id for edit in item.edits if edit.done > 0}
    assert item.edit_type == "multi"


def test_a_part_that_looks_like_the_whole_is_not_partial(annotated, monkeypatch):
    """The letters left over of a text may be the same in the new one."""
    monkeypatch.setattr("transforms.edits.outcomes.NEARLY", 0.0)
    items = [
        i for n in range(4) for i in render(annotated, outcomes=["partial"], number=n, operations=only("recolour"))
    ]
    assert {item.reason for item in items} == {"part_looks_whole"}


@pytest.mark.parametrize("operation", sorted(set(OPERATIONS) - {"tone", "style"}))
def test_a_single_edit_can_be_done_in_part(operation, annotated):
    for number in range(12):
        made = triplets(render(annotated, outcomes=["faithful", "partial"], number=number, operations=only(operation)))
        if len(made) == 2:
            break
    else:
        raise AssertionError(f"{operation} is never done in part")
    (edit,) = made["partial"].edits
    assert 0.03 < edit.done < 0.97
    whole = delta_e(made["faithful"].source, made["faithful"].edited)
    part = delta_e(made["partial"].source, made["partial"].edited)
    assert edit.done == pytest.approx(part.sum() / whole.sum(), abs=0.12)
    assert not (part[whole < 0.5] > VISIBLE_DELTA_E).any(), "a part touches nothing that the whole leaves alone"


def test_a_tone_in_part_is_measured(annotated):
    made = triplets(render(annotated, outcomes=["faithful", "partial"], operations=only("tone")))
    (edit,) = made["partial"].edits
    whole, part = (delta_e(made[o].source, made[o].edited).mean() for o in ("faithful", "partial"))
    assert edit.done == pytest.approx(part / whole, abs=0.05) and 0.1 < edit.done < 0.95


TWINS = {
    ("over_edit", False): ("faithful", True),
    ("faithful", False): ("over_edit", True),
    ("wrong_target", False): ("failed", True),
}


def test_source_twins_have_equal_edited_bytes_and_instruction_and_another_source(annotated, partner):
    pairs = [entry for pair in TWINS.items() for entry in pair]
    outcomes = [planned(outcome, "spare", spared) for outcome, spared in pairs]
    for number in range(8):
        items = render(annotated, [partner], outcomes, number=number, max_edits=2, noise=NoiseConfig())
        if not any(isinstance(item, Reject) for item in items):
            break
    else:
        raise AssertionError("no program of eight has room for a spare change")
    made = dict(zip(pairs, items, strict=True))
    for first, second in TWINS.items():
        a, b = made[first], made[second]
        assert np.array_equal(a.edited, b.edited) and a.instruction == b.instruction and a.flaws == b.flaws
        assert not np.array_equal(a.source, b.source)
    undone = made["over_edit", True]
    assert {r.kind for r in undone.truth.regions} == {"requested", "collateral"}


def test_a_look_of_the_whole_frame_has_twins_too(annotated):
    outcomes = [planned("over_edit", "cast"), planned("faithful", "cast", True)]
    over, faithful = render(annotated, outcomes=outcomes, operations=OperationWeights(tone=0.01, remove=0, style=0))
    assert np.array_equal(over.edited, faithful.edited) and not np.array_equal(over.source, faithful.source)
    assert over.truth.label_map.all() and not faithful.truth.label_map.all()
    assert ("whole picture", 0, "global") in {(r.label, r.edit_id, r.kind) for r in over.truth.regions}


def test_identity_shift_keeps_the_request_and_loses_the_target(annotated):
    lost = []
    for number in range(8):
        items = render(annotated, outcomes=["faithful", "identity_shift"], number=number, operations=only("recolour"))
        made = triplets(items)
        if len(made) < 2:
            continue
        faithful, shifted = made["faithful"], made["identity_shift"]
        assert [e.done for e in shifted.edits] == [1.0]
        changed = delta_e(faithful.edited, shifted.edited)
        inside = shifted.truth.label_map > 0
        assert changed[inside].mean() > 2
        assert not (delta_e(shifted.source, shifted.edited)[~inside] > 2 * VISIBLE_DELTA_E).any()
        assert faithful.identity_lost == 0.0 < shifted.identity_lost <= 1.0
        lost.append(shifted.identity_lost)
    assert len(set(lost)) > 2, "the loss is measured, not fixed"


def test_identity_cannot_shift_where_the_target_is_gone(annotated):
    for item in render(annotated, outcomes=["identity_shift"], operations=only("remove")):
        assert isinstance(item, Reject) and item.reason in ("no_lasting_target", "no_operation_fits")


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


def test_what_already_holds_is_asked_in_the_words_of_the_edit(plain):
    """Nothing in the words may tell that there is nothing left to do."""
    for number in range(4):
        config = {"max_edits": 1, "operations": only("remove"), "noise": NoiseConfig(enabled=False)}
        made = triplets(render(plain, outcomes=["faithful", "reversed", "already_true"], number=number, **config))
        done, back, met = made["faithful"], made["reversed"], made["already_true"]
        assert met.instruction == done.instruction == back.instruction
        for picture in (met.source, met.edited, back.source):
            assert np.array_equal(picture, done.edited)


def test_of_two_of_a_name_one_gone_is_not_already_true(annotated):
    """Where another of the name remains, that one could be meant."""
    o = next(o for o in annotated.objects if "remove" in o.operations)
    double = replace(annotated, objects=(*annotated.objects, replace(o, mask=np.roll(o.mask, 3, 1))))
    told = {}
    for photo in (annotated, double):
        config = {"max_edits": 1, "operations": only("remove")}
        made = [
            item
            for number in range(12)
            for item in render(photo, outcomes=["already_true"], number=number, **config)
            if isinstance(item, Triplet)
        ]
        told[photo is double] = {item.edits[0].target for item in made}
    assert any(target.endswith(o.name) for target in told[False])
    assert not any(target.endswith(o.name) for target in told[True])


@pytest.mark.parametrize("operation", ["add", "move", "resize"])
def test_what_could_be_done_again_is_never_already_true(annotated, operation):
    config = {"max_edits": 1, "operations": only(operation)}
    items = [i for n in range(6) for i in render(annotated, outcomes=["already_true"], number=n, **config)]
    assert {item.reason for item in items} <= {"goal_not_telling", "no_operation_fits"}


def test_the_other_instruction_has_a_faithful_answer_of_its_own(annotated):
    """One group, the strict best of which is the picture that the program's own instruction calls wrong."""
    other = CandidatePlan(outcome="faithful", other=True)
    seen = 0
    for number in range(6):
        wanted = ["other_instruction", other, planned("wrong_target", "spare")]
        config = {"max_edits": 1, "noise": NoiseConfig(enabled=False)}
        items = list(render(annotated, outcomes=wanted, number=number, **config))
        if not all(isinstance(item, Triplet) for item in items):
            continue
        asked, answered, wrong = items
        assert answered.instruction == asked.instruction != wrong.instruction
        assert np.array_equal(answered.source, asked.source)
        assert {edit.done for edit in answered.edits} == {1.0} and {edit.done for edit in asked.edits} == {0.0}
        assert [edit.target for edit in answered.edits] == [edit.target for edit in asked.edits]
        assert {r.edit_id for r in answered.truth.regions} == {1}
        if answered.edits[0].edit_type not in ("tone_transfer", "style_change"):
            assert np.array_equal(answered.edited, wrong.edited)
            seen += 1
    assert seen


def test_another_instruction_with_an_answer_keeps_to_the_types_and_the_number_asked_for(annotated):
    other = CandidatePlan(outcome="faithful", other=True)
    for number in range(8):
        items = render(annotated, outcomes=[other], number=number, edit_types=("subject-remove",))
        assert {item.edit_type for item in triplets_of(items)} <= {"subject-remove"}
        several_asked = render(annotated, outcomes=[other], number=number, max_edits=3, min_edits=2)
        assert {item.edit_type for item in triplets_of(several_asked)} <= {"multi"}


def test_only_the_types_and_sizes_asked_for_are_rendered(annotated):
    types = ("subject-add", "subject-remove")
    items = [i for n in range(8) for i in render(annotated, number=n, edit_types=types, max_area=0.03)]
    made = triplets_of(items)
    assert made and {item.edit_type for item in made} <= set(types)
    assert max(float((item.truth.label_map > 0).mean()) for item in made) <= 0.03


def test_a_photo_that_carries_too_few_edits_is_set_aside(annotated):
    settings = {"min_edits": 2, "max_edits": 2, "multi_edit_share": 1.0}
    (item,) = render(annotated, operations=only("style"), **settings)
    assert isinstance(item, Reject) and item.reason == "no_operation_fits"
    made = triplets_of(i for n in range(4) for i in render(annotated, number=n, **settings))
    assert made and {len(item.edits) for item in made} == {2}
