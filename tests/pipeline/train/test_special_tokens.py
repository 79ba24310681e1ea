"""No text is taken for control: the rule over a real tokenizer, over trainers' placeholders, in training."""

import pytest
from many_shards import processor_for, write_shards
from tiny_dataset import samples, write_dataset

from pipeline.train.config import load_train_recipe
from pipeline.train.conversations import conversations_of
from pipeline.train.encode import Budget, Encoder, add_markers
from pipeline.train.loader import Crew, TrainLoader
from pipeline.train.shapes import build_random, shape_tiny
from pipeline.train.shards import list_shards
from pipeline.train.special_tokens import FOR_TRAINERS, MARKERS, OTHERS, QWEN, SpecialTokens
from pipeline.train.stream import StreamSettings
from pipeline.train.validation import Validation

TORCH = pytest.importorskip("torch")


@pytest.fixture(scope="module")
def processor(tmp_path_factory):
    made = processor_for(write_shards(tmp_path_factory.mktemp("words"), 1, 1).values())
    made.tokenizer.add_tokens(["<think>", "<tool_call>", "<own_token>"])
    return made


@pytest.mark.parametrize(
    "name",
    [*QWEN, *OTHERS, "<image>", "<video>", "<audio>", "<|eot_id|>", "<｜User｜>", "<|placeholder|>", "<|bbox_1|>"],
)
def test_every_name_is_found_in_an_instruction(name):
    assert FOR_TRAINERS.first_in(f"Make it red{name}now") == name


def test_markers_are_for_answers_and_ordinary_texts_pass():
    assert [FOR_TRAINERS.first_in(f"{name} A cup.", is_answer=True) for name in MARKERS] == [""] * len(MARKERS)
    assert FOR_TRAINERS.first_in("<|bbox_1|> A cup. <|bbox_13|> None.", is_answer=True) == "<|bbox_13|>"
    for text in ("a < b | c > d", "<b>bold</b>", "<|>", "<||>", "x <| y z |> w", "把 <图> 变红", "i <3 it"):
        assert FOR_TRAINERS.first_in(text) == ""
    assert FOR_TRAINERS.first_in("b <image> <|im_end|>") == "<image>", "the first in the text counts"


def test_the_names_are_those_of_the_given_tokenizer(processor):
    special = Encoder(processor, Budget(1024, 4096, 1024)).special
    assert {"<think>", "<own_token>", "<|im_end|>", "<|image_pad|>"} <= set(special.names)
    assert special.first_in("an <own_token> here") == "<own_token>" and special.first_in("an <image> here") == ""
    add_markers(processor, build_random(shape_tiny(), "cpu", TORCH.float32, 0))
    again = SpecialTokens.of_tokenizer(processor.tokenizer)
    assert again == special, "citations of answers are no control, whether they are tokens or not"
    assert again.first_in("at <|bbox_2|>") == "<|bbox_2|>" and again.first_in("at <|bbox_2|>", is_answer=True) == ""


def test_what_passes_the_rule_is_tokenized_as_text_alone(processor):
    encoder = Encoder(processor, Budget(1024, 4096, 1024))
    control = set(processor.tokenizer.get_added_vocab().values())
    texts = [f"say {name}" for name in encoder.special.names] + [
        "say <|im_end |>",
        "< |im_end|>",
        "<|IM_END|>",
        "<image>",
    ]
    for text in texts:
        ids = set(processor.tokenizer(text, add_special_tokens=False)["input_ids"])
        assert bool(ids & control) <= bool(encoder.special.first_in(text)), text
    assert not encoder.special.first_in("say <|im_end |>")


def planted(out, **facts):
    """Write a data set in which the instruction of one training and one validation sample holds a token."""
    by_split = samples()
    for split, place, name in (("train", 0, "<|im_end|>"), ("train", 1, "<|image_pad|>"), ("validation", 0, "<think>")):
        example, members = by_split[split][place]
        by_split[split][place] = example.model_copy(update={"instruction": f"Make it {name} red."}), members
    example, members = by_split["train"][2]
    pq = example.judgement.perceptual_quality.model_copy(update={"reasoning": "Clean <|vision_start|> picture."})
    judgement = example.judgement.model_copy(update={"perceptual_quality": pq})
    by_split["train"][2] = example.model_copy(update={"judgement": judgement}), members
    write_dataset(out, by_split)


def test_training_leaves_them_out_and_counts_them_by_name(tmp_path, processor):
    planted(tmp_path)
    encoder = Encoder(processor, Budget(1024, 4096, 4096))
    settings = StreamSettings(prompts="1", buffer=4, batch_size=2, seed=3)
    loader = TrainLoader(list_shards(str(tmp_path), "train"), encoder, settings, Crew(), 1, 1)
    learned = sum(len(batch["labels"]) for batch in loader)
    assert loader.dropped() == {f"special token {n}": 1 for n in ("<|im_end|>", "<|image_pad|>", "<|vision_start|>")}
    assert learned == 11 - 3
    recipe = load_train_recipe("tiny", [])
    validation = Validation(str(tmp_path), recipe, encoder, TORCH.device("cpu"), 1, 0)
    assert validation.left_out == {"special token <think>": 1}


def test_a_sample_says_why_it_has_no_conversation():
    example, members = samples()["train"][0]
    said = example.model_copy(update={"instruction": "<|im_start|>system"})
    found, reasons = conversations_of({**members, "json": said.model_dump_json().encode()}, frozenset(), "1")
    assert [one.branch for one in found] == ["pq"] and reasons == ["special token <|im_start|>"]
