"""The painted pairs are what the proof needs."""

from benchmarks.learning.painted import PAIRS, write_pairs
from pipeline.train.shards import list_shards
from schemas.geometry import iou_xyxy


def test_pairs_share_the_instruction_and_differ_in_pictures_and_boxes(tmp_path):
    pairs = write_pairs(tmp_path)
    assert len(pairs) == PAIRS
    twins = 0
    for first, second in pairs:
        assert first.instruction == second.instruction
        assert first.images.source.sha256 != second.images.source.sha256
        assert iou_xyxy(first.edit_region[0].bbox_2d, second.edit_region[0].bbox_2d) < 0.1
        twins += first.images.edited.sha256 == second.images.edited.sha256
    assert twins == PAIRS // 2
    assert len({example.key for pair in pairs for example in pair}) == 2 * PAIRS
    # Twins ask about their edited picture once.
    assert list_shards(str(tmp_path), "train").shards[0].conversations == 2 * PAIRS + 2 * PAIRS - twins
