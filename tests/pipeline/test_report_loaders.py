"""The tiny data set, with failed edits in it, loads alike in every way; and the comparison notices what it must."""

import pytest
from loaders import assert_all_loaders_equal, assert_same
from tiny_dataset import samples, write_dataset


def test_every_way_of_loading_gives_every_field(tmp_path):
    write_dataset(tmp_path)
    assert_all_loaders_equal(tmp_path)


def test_with_the_card_a_shard_may_begin_with_empty_lists(tmp_path):
    from datasets import load_dataset

    by_split = samples()
    by_split["train"].sort(key=lambda pair: bool(pair[0].edit_region))
    assert not by_split["train"][0][0].edit_region
    examples = write_dataset(tmp_path, by_split)
    loaded = list(load_dataset(str(tmp_path), split="train", streaming=True))
    assert [sample["json"] for sample in loaded] == [examples[sample["__key__"]].model_dump() for sample in loaded]


@pytest.mark.parametrize(
    ("expected", "found"),
    [({"s": 1.0}, {"s": 1}), ({"s": [1]}, {"s": []}), ({"s": 1}, {"s": 1, "t": None}), ([0.5], [0.0])],
)
def test_the_comparison_notices(expected, found):
    with pytest.raises(AssertionError):
        assert_same(expected, found, "-")
