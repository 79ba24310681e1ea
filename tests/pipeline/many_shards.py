"""The painted samples of `tiny_dataset` in as many shards as a test asks for, and a processor for them."""

from pathlib import Path

from tiny_dataset import BLUE, CUP, GREEN, PLATE, finish_with, manifest_of, sample, write_shard

from pipeline.train.config import TinyConfig
from pipeline.train.prompts import perceptual_quality_prompt, semantic_consistency_prompt
from pipeline.train.tiny import make_model, make_processor
from schemas.generate import metadata_row
from schemas.manifest import Accounting
from transforms.shards.metadata import write_metadata

TRAIN, VALIDATION = 0, 100
"""Numbers of the first photo of each split."""


def groups(count, first):
    """Return groups of three candidates: faithful, over-edited, failed (whose edited image is the source again)."""
    cup, plate = ("red cup", CUP, BLUE), ("plate", PLATE, GREEN)
    return [
        [
            sample(number, 0, "faithful", [cup], 1, (25, 24)),
            sample(number, 1, "over_edit", [cup, plate], 2, (25, 8)),
            sample(number, 2, "failed", [], 3, (0, 25)),
        ]
        for number in range(first, first + count)
    ]


def write_shards(out, train_groups, shards, validation_groups=2):
    """Write a data set; return its examples by key.

    Args:
        out: folder.
        train_groups: of three samples each.
        shards: of the training split; groups are dealt out in turn.
        validation_groups: in one shard.
    """
    out, infos, rows, kept = Path(out), [], {}, []
    for split, found, pieces in (
        ("train", groups(train_groups, TRAIN), shards),
        ("validation", groups(validation_groups, VALIDATION), 1),
    ):
        for number in range(pieces):
            members = [member for group in found[number::pieces] for member in group]
            info = write_shard(out, split, members)
            name = f"data/{split}-{number:05d}-of-{pieces:05d}.tar"
            (out / info.name).rename(out / ".moved")
            (out / ".moved").rename(out / name)
            infos.append(info.model_copy(update={"name": name}))
            rows.setdefault(split, []).extend(metadata_row(example, split, name) for example, _ in members)
            kept += [example for example, _ in members]
    names = [write_metadata(str(out), split, rows[split]) for split in rows]
    sums = dict.fromkeys(("files_found", "files_used", "candidates_planned", "candidates_kept"), len(kept))
    accounting = Accounting(**sums, files_set_aside=0, candidates_set_aside=0)
    finish_with(out, manifest_of(infos, accounting), names)
    return {example.key: example for example in kept}


def save_tiny_model(folder, dtype):
    """Save a tiny model of random weights in a folder, as a user gives one; return the folder."""
    processor = processor_for(write_shards(folder.parent / "words", 1, 1).values())
    make_model(TinyConfig(hidden=64, layers=1, vision_layers=1), processor, 0, dtype).save_pretrained(folder)
    processor.save_pretrained(folder)
    return folder


def processor_for(examples):
    """Return a tiny processor whose tokenizer knows the prompts and these examples' words."""
    texts = [perceptual_quality_prompt(), semantic_consistency_prompt("Paint the cup.")]
    texts += [example.judgement.semantic_consistency.reasoning for example in examples]
    return make_processor(texts, 1024)
