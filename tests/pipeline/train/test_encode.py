"""Batches: what is learned, how large pictures may be, and that lengths are known beforehand."""

import numpy as np
import pytest
from many_shards import processor_for, write_shards

from pipeline.train.answers import BOX_DIGITS, SCORE_DIGITS
from pipeline.train.conversations import Picture, conversations_of
from pipeline.train.encode import KINDS, Budget, Encoder, add_markers
from pipeline.train.loss import IGNORED
from pipeline.train.shapes import build_random, shape_tiny
from pipeline.train.shards import list_shards, stream_samples
from pipeline.train.special_tokens import MARKERS
from transforms.shards.codec import encode_image

BUDGET = Budget(min_pixels=1024, max_pixels=64 * 64, max_tokens=2048)


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    out = tmp_path_factory.mktemp("encode")
    examples = write_shards(out, 2, 1)
    shards = list_shards(str(out), "train")
    found = [c for s in stream_samples(shards.shards[0].url) for c in conversations_of(s, shards.repeated, "1")[0]]
    return Encoder(processor_for(examples.values()), BUDGET), found


def test_the_answer_alone_is_learned_and_lengths_are_foretold(world):
    encoder, conversations = world
    batch = encoder.batch([encoder.row(conversation) for conversation in conversations])
    tokenizer = encoder.processor.tokenizer
    for row, conversation in enumerate(conversations):
        learned = batch["labels"][row][batch["labels"][row] != IGNORED]
        assert tokenizer.decode(learned) == conversation.answer + "<|im_end|>"
        assert int(batch["attention_mask"][row].sum()) == encoder.length(conversation)
        for kind, wanted in ((BOX_DIGITS, "bbox_2d"), (SCORE_DIGITS, "score")):
            digits = tokenizer.decode(batch["input_ids"][row][batch[KINDS][row] == kind])
            assert digits.replace(" ", "").isdigit() or wanted == "bbox_2d"


def test_a_question_has_one_picture_or_two(world):
    encoder, conversations = world
    assert {c.branch: len(c.pictures) for c in conversations} == {"sc": 2, "pq": 1}
    batch = encoder.batch([encoder.row(conversation) for conversation in conversations])
    assert len(batch["image_grid_thw"]) == sum(len(c.pictures) for c in conversations)


def test_pictures_keep_to_the_budget_and_a_processor_that_does_not_is_found_out(world):
    encoder, conversations = world
    assert int(encoder.row(conversations[0])["image_grid_thw"].prod(dim=1).max()) * 16**2 <= BUDGET.max_pixels
    encoder.processor.image_processor.size = {"shortest_edge": 1024, "longest_edge": 1 << 20}
    with pytest.raises(RuntimeError, match=r"data\.max_pixels"):
        encoder.row(conversations[0])
    encoder.processor.image_processor.size = {"shortest_edge": 1024, "longest_edge": 64 * 64}


def test_a_strip_is_refused_by_its_length(world):
    encoder, conversations = world
    strip = encode_image(np.zeros((4, 1600, 3), np.uint8))
    picture = Picture(strip.data, 1600, 4)
    with pytest.raises(ValueError):
        encoder.length(type(conversations[0])(key="a", branch="pq", prompt="?", pictures=(picture,), answer="{}"))


def test_questions_are_padded_on_the_left(world):
    encoder, conversations = world
    asked = [(c.prompt, c.pictures) for c in conversations[:2]]
    batch = encoder.prompts(asked)
    assert batch["attention_mask"][:, -1].tolist() == [1, 1]
    assert encoder.processor.tokenizer.decode(batch["input_ids"][0]).endswith("<|im_start|>assistant\n")


def test_markers_become_tokens_on_demand(tmp_path):
    examples = write_shards(tmp_path, 1, 1)
    processor = processor_for(examples.values())
    before = processor.tokenizer.tokenize("<|bbox_1|>")
    model = build_random(shape_tiny(), "cpu")
    ids = add_markers(processor, model)
    assert len(before) > 1 and processor.tokenizer.tokenize("<|bbox_1|> <|global|>")[0] == "<|bbox_1|>"
    assert len(set(ids)) == len(MARKERS) and max(ids) < model.get_input_embeddings().num_embeddings
    assert processor.tokenizer.decode(ids[:1], skip_special_tokens=True) == "<|bbox_1|>"
