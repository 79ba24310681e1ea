from dataclasses import replace

import numpy as np
import pytest

from schemas.example import Edit
from schemas.geometry import bbox_2d_from_xyxy
from transforms.edits.triplet import TrueRegion, Truth
from transforms.regions.label import Known, label_regions
from transforms.regions.truth import box_f1, compare_with_truth

SHAPE = (200, 400)


def box_mask(x1, y1, x2, y2):
    mask = np.zeros(SHAPE, bool)
    mask[y1:y2, x1:x2] = True
    return mask


def box_2d(*box_xyxy):
    return bbox_2d_from_xyxy(box_xyxy, SHAPE[1], SHAPE[0])


def ask(number, target="cup", edit_type="color_alter", source=(), edited=()):
    return Edit(
        id=number,
        edit_type=edit_type,
        target=target,
        value="-",
        source_bbox_2d=list(source),
        edited_bbox_2d=list(edited),
        done=1.0,
        region_ids=[],
    )


def facts(regions):
    return [(region.id, region.label, region.edit_id, region.kind) for region in regions]


def test_regions_go_to_the_target_they_meet_in_the_order_of_the_instruction(result_of):
    result = result_of([box_mask(200, 50, 380, 180), box_mask(20, 20, 80, 60), box_mask(100, 150, 130, 170)], SHAPE)
    edits = [ask(1, edited=box_2d(18, 18, 90, 70)), ask(2, "sky", source=box_2d(190, 40, 390, 190))]
    regions, label_map = label_regions(result, edits, [Known("smeared patch", (95, 145, 135, 175), "artifact")])
    assert facts(regions) == [
        (1, "cup", 1, "requested"),
        (2, "sky", 2, "requested"),
        (3, "smeared patch", 0, "artifact"),
    ]
    assert [label_map[y, x] for x, y in ((30, 30), (300, 100), (110, 160), (0, 0))] == [1, 2, 3, 0]
    assert label_map.dtype == np.uint8
    assert regions[0].bbox_2d == [50, 100, 200, 300]
    assert regions[0].area == pytest.approx(60 * 40 / 80000)


def test_a_region_that_meets_nothing_is_a_changed_area(result_of):
    result = result_of([box_mask(200, 50, 380, 180)], SHAPE)
    regions, _ = label_regions(result, [ask(1, edited=box_2d(10, 10, 60, 60))])
    assert facts(regions) == [(1, "changed area", 0, "collateral")]


def test_half_of_the_mask_inside_is_enough_and_less_is_not(result_of):
    edits = [ask(1, edited=box_2d(100, 0, 400, 200))]
    for left, edit_id in ((60, 1), (20, 0)):
        regions, _ = label_regions(result_of([box_mask(left, 90, 140, 110)], SHAPE), edits)
        assert regions[0].edit_id == edit_id


def test_the_tighter_of_two_nested_targets_wins(result_of):
    result = result_of([box_mask(100, 50, 140, 90)], SHAPE)
    edits = [ask(1, "wall", edited=box_2d(0, 0, 400, 200)), ask(2, "picture", edited=box_2d(95, 45, 145, 95))]
    assert label_regions(result, edits)[0][0].label == "picture"


def test_the_old_place_of_a_move_comes_first(result_of):
    old, new = (10, 10, 60, 60), (300, 100, 380, 180)
    move = ask(1, edit_type="motion_change", source=box_2d(*old), edited=box_2d(*new))
    regions, _ = label_regions(result_of([box_mask(*new), box_mask(*old)], SHAPE), [move])
    assert [region.bbox_2d for region in regions] == [box_2d(*old), box_2d(*new)]
    assert {region.edit_id for region in regions} == {1}


def test_a_whole_frame_region_lies_under_the_local_ones(result_of):
    result = result_of([np.ones(SHAPE, bool), box_mask(20, 20, 80, 60)], SHAPE, whole_frame=True, status="global")
    edits = [ask(1, edited=box_2d(18, 18, 90, 70)), ask(2, "whole picture", "tone_transfer")]
    regions, label_map = label_regions(result, edits)
    assert facts(regions) == [(1, "cup", 1, "requested"), (2, "whole picture", 2, "global")]
    assert regions[1].bbox_2d == [0, 0, 1000, 1000]
    assert regions[1].area == pytest.approx(1 - 60 * 40 / 80000)
    assert (label_map[30, 30], label_map[0, 0]) == (1, 2)


def test_a_whole_frame_change_that_nobody_asked_for_is_collateral(result_of):
    result = result_of([np.ones(SHAPE, bool)], SHAPE, whole_frame=True, status="global")
    regions, _ = label_regions(
        result, [ask(1, edited=box_2d(18, 18, 90, 70))], [Known("colour drift", (0, 0, 400, 200), "collateral")]
    )
    assert facts(regions) == [(1, "colour drift", 0, "collateral")]


def test_a_new_background_without_a_box_takes_what_meets_no_other_target(result_of):
    result = result_of([box_mask(0, 0, 400, 80), box_mask(100, 100, 160, 160)], SHAPE)
    edits = [ask(1, edited=box_2d(95, 95, 165, 165)), ask(2, "background", "background_change")]
    assert facts(label_regions(result, edits)[0]) == [(1, "cup", 1, "requested"), (2, "background", 2, "requested")]


def test_without_boxes_a_single_edit_owns_all_regions_and_several_own_none(result_of):
    result = result_of([box_mask(0, 0, 100, 80), box_mask(200, 100, 240, 160)], SHAPE)
    single, _ = label_regions(result, [ask(1, "-", "unknown")])
    assert facts(single) == [(1, "changed area", 1, "requested"), (2, "changed area", 1, "requested")]
    several, _ = label_regions(result, [ask(1, "-", "unknown"), ask(2, "-", "unknown")])
    assert [region.edit_id for region in several] == [0, 0]


def test_a_named_thing_that_is_nowhere_owns_nothing(result_of):
    """What was to be added and is not there has changed nothing, the whole frame included."""
    result = result_of([box_mask(0, 0, 400, 200), box_mask(200, 100, 240, 160)], SHAPE)
    found, _ = label_regions(result, [ask(1, "die", "subject-add")])
    assert {region.edit_id for region in found} == {0} and "die" not in {region.label for region in found}


def test_a_region_that_others_cover_is_dropped_and_ids_stay_consecutive(result_of):
    left, right, all_of_it = box_mask(0, 0, 50, 50), box_mask(50, 0, 100, 50), box_mask(0, 0, 100, 50)
    regions, label_map = label_regions(result_of([all_of_it, left, right], SHAPE), [ask(1, "-", "unknown")])
    assert [region.id for region in regions] == [1, 2]
    assert set(np.unique(label_map)) == {0, 1, 2}


def truth_of(*boxes):
    label_map = np.zeros(SHAPE, np.uint8)
    regions = []
    for number, box in enumerate(boxes, start=1):
        label_map[box_mask(*box)] = number
        regions.append(TrueRegion(number, "cup", box, 1, "requested"))
    return Truth(label_map, tuple(regions))


def test_the_truth_meets_itself_and_nothing_meets_nothing(result_of):
    box = (20, 20, 80, 60)
    regions, label_map = label_regions(result_of([box_mask(*box)], SHAPE), [ask(1, "-", "unknown")])
    same = compare_with_truth(regions, label_map, truth_of(box))
    assert (same.iou, same.f1) == (1.0, 1.0)
    missed = compare_with_truth((), np.zeros(SHAPE, np.uint8), truth_of(box))
    assert (missed.iou, missed.f1) == (0.0, 0.0)
    assert compare_with_truth(regions, label_map, truth_of()).iou == 0.0
    none = compare_with_truth((), np.zeros(SHAPE, np.uint8), truth_of())
    assert (none.iou, none.f1) == (1.0, 1.0)
    half = compare_with_truth(regions, label_map, truth_of(box, (200, 100, 260, 140)))
    assert half.iou == pytest.approx(0.5)
    assert half.f1 == pytest.approx(2 / 3)


def test_label_maps_of_other_sizes_are_refused():
    with pytest.raises(ValueError, match="cannot be compared"):
        compare_with_truth((), np.zeros((10, 10), np.uint8), truth_of())


def test_boxes_are_matched_one_to_one():
    box, near = (0, 0, 10, 10), (1, 0, 11, 10)
    assert box_f1([box, near], [box]) == pytest.approx(2 / 3)
    # the first derived box could take either true one; only one choice matches both
    assert box_f1([(2, 0, 12, 10), (0, 0, 10, 10)], [(4, 0, 14, 10), (2, 0, 12, 10)]) == 1.0
    assert box_f1([(0, 0, 10, 10)], [(50, 50, 60, 60)]) == 0.0


def test_beside_a_whole_frame_edit_a_known_fault_keeps_its_name_and_the_rest_belongs_to_the_edit(result_of):
    result = result_of([box_mask(20, 20, 80, 60), box_mask(200, 50, 380, 180)], SHAPE)
    tone = ask(1, "whole frame", edited=[0, 0, 1000, 1000], edit_type="tone_transfer")
    regions, _ = label_regions(result, [tone], [Known("smeared patch", (18, 18, 82, 62), "artifact")])
    assert [(region.edit_id, region.kind) for region in regions] == [(1, "requested"), (0, "artifact")]


@pytest.mark.parametrize("edit_type", ["tone_transfer", "style_change"])
def test_a_stray_region_next_to_an_edit_of_the_whole_frame_is_not_called_the_whole_picture(result_of, edit_type):
    result = result_of([np.ones(SHAPE, bool), box_mask(310, 20, 345, 90)], SHAPE, whole_frame=True, status="global")
    everywhere = ask(1, "whole picture", edit_type, source=box_2d(0, 0, 400, 200), edited=box_2d(0, 0, 400, 200))
    for edits in ([everywhere], [everywhere, ask(2, edited=box_2d(20, 100, 60, 150))]):
        regions, _ = label_regions(result, edits)
        assert facts(regions) == [(1, "whole picture", 1, "global"), (2, "changed area", 1, "requested")]
    regions, _ = label_regions(result, [], [Known("whole picture", (0, 0, 400, 200), "collateral")])
    assert [region.label for region in regions] == ["whole picture", "changed area"]


def test_a_local_region_where_the_whole_frame_was_asked_for_and_not_changed_is_an_area_too(result_of):
    result = result_of([box_mask(30, 40, 190, 160)], SHAPE)
    regions, _ = label_regions(result, [ask(1, "whole picture", "tone_transfer")])
    assert facts(regions)[0][1] != "whole picture"


def test_bars_are_nobodys_edit_and_grown_content_is_that_of_the_only_one(result_of):
    result = result_of([box_mask(0, 0, 400, 50), box_mask(0, 160, 400, 200)], SHAPE)
    bar, grown = (replace(r, margin=m) for r, m in zip(result.regions, ("bar", "grown"), strict=True))
    result = replace(result, regions=(bar, grown))
    regions, _ = label_regions(result, [Edit.imported("unknown")])
    assert facts(regions) == [(1, "added area", 1, "requested"), (2, "added bar", 0, "collateral")]
    meant = [ask(1, "banner", "subject-add", edited=box_2d(0, 0, 400, 52))]
    assert facts(label_regions(result, meant)[0]) == [(1, "banner", 1, "requested"), (2, "added area", 0, "collateral")]
