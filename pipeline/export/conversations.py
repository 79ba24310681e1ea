"""Conversations for other trainers: the layout of the published sets, for LLaMA-Factory and for ms-swift.

Both read a JSON line per conversation, `{"messages": [user, assistant], "images": [...]}`, with `<image>` in the text
where each picture stands. LLaMA-Factory wants a `dataset_info.json` beside it, and finds pictures relative to that
folder; ms-swift finds them relative to ROOT_IMAGE_DIR, so its lines name them by whole path.
"""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from rich.console import Console
from rich.progress import track

from pipeline.dataset import DataSet, open_dataset
from pipeline.train.conversations import Conversation, conversations_of
from pipeline.train.prompts import LATEST
from pipeline.train.shards import list_shards
from pipeline.train.special_tokens import FOR_TRAINERS, SpecialTokens
from schemas.errors import UserError
from schemas.vocabulary import SPLITS, Split
from transforms import storage

LLAMA_FACTORY, MS_SWIFT = "llamafactory", "ms-swift"
TRAINERS = (LLAMA_FACTORY, MS_SWIFT)
IMAGE = "<image>"
SCORES = (("instruction_following", "over_editing"), ("naturalness", "artifacts"))
"""Columns of the two judgements; both scores of one are -1 where nobody judged."""
OTHER_TOKENS = SpecialTokens(tuple(name for name in FOR_TRAINERS.names if name != IMAGE))
"""What no line may hold; an instruction or answer with a name of `FOR_TRAINERS` is left out."""
DATASET_INFO = "dataset_info.json"


@dataclass(frozen=True)
class Exported:
    """What an export did. Attributes: split -> conversations written, reason -> conversations left out."""

    written: dict[str, int]
    left_out: dict[str, int]


def export_conversations(out: str, target: Path, trainer: str, console: Console) -> Exported:
    """Write conversations and pictures: TARGET holds the training split, `NAME.SPLIT.jsonl` beside it the others.

    Pictures go into `images/` beside TARGET, `KEY.source.jpg` and `KEY.edited.jpg`, bytes as they are. Lines stand in
    the order of shards and samples. One shard is in memory at a time.

    Args:
        out: folder of a finished data set.
        target: the `.jsonl` file.
        trainer: who will read it, of `TRAINERS`.
        console: where progress goes.

    Raises:
        UserError: no finished data set, or one that nobody judged.
    """
    data, written, left_out = open_dataset(out), dict[str, int](), Counter[str]()
    splits = _judged_splits(data)
    files = {split: target if split == "train" else target.with_suffix(f".{split}{target.suffix}") for split in splits}
    for split in splits:
        with storage.atomic_writer(str(files[split])) as stream:
            written[split] = _write_split(data, split, stream, target.parent, trainer, left_out, console)
    if trainer == LLAMA_FACTORY:
        storage.write_bytes(str(target.parent / DATASET_INFO), _dataset_info(files).encode())
    return Exported(written, {reason: count for reason, count in left_out.items() if count})


def check_line(line: dict[str, Any], folder: Path) -> list[str]:
    """Return what is wrong with a line by the rules that both trainers document; [] if nothing is.

    Args:
        line: of an export.
        folder: to which names of pictures are relative.
    """
    messages, images = line.get("messages"), line.get("images")
    if not isinstance(messages, list) or not isinstance(images, list):
        return ["messages and images must be lists"]
    problems = []
    if [message.get("role") for message in messages] != ["user", "assistant"]:
        problems.append("roles must be user, assistant")
    if not all(isinstance(message.get("content"), str) and message["content"].strip() for message in messages):
        problems.append("content must be a text that is not empty")
        return problems
    marks = sum(message["content"].count(IMAGE) for message in messages)
    if marks != len(images):
        problems.append(f"{marks} {IMAGE} for {len(images)} pictures")
    if any(IMAGE in message["content"] for message in messages[1:]):
        problems.append(f"{IMAGE} in the answer")
    others = [OTHER_TOKENS.first_in(message["content"], is_answer=True) for message in messages]
    problems += [f"{name} without anything to stand for" for name in filter(None, others)]
    problems += [f"{name}: no such picture" for name in images if not (folder / name).is_file()]
    return problems


def _judged_splits(data: DataSet) -> list[Split]:
    """Return the splits in which at least one sample has a judgement of one kind or the other; none is an error."""
    judged = {row["split"] for row in data.rows if any(min(row[a], row[b]) >= 0 for a, b in SCORES)}
    if not judged:
        raise UserError(
            f"{data.out}: no sample has a judgement, so there is nothing to learn; import scores with pairs"
        )
    return [split for split in SPLITS if split in judged]


def _write_split(
    data: DataSet,
    split: Split,
    stream: IO[bytes],
    folder: Path,
    trainer: str,
    left_out: Counter[str],
    console: Console,
) -> int:
    shards, count = list_shards(data.out, split), 0
    names = [info.name for info in data.manifest.shards if info.split == split]
    for name in track(names, f"Conversations, {split}", console=console, transient=True):
        for sample in data.samples(name):
            kept, missing = conversations_of(sample.members, shards.repeated, LATEST, FOR_TRAINERS)
            left_out.update(missing)
            for conversation in kept:
                pictures = [f"{sample.key}.{suffix}" for suffix in _members(sample.members, conversation)]
                for picture in pictures:
                    path = folder / "images" / picture
                    if not path.is_file():
                        storage.write_bytes(str(path), sample.members[picture.partition(".")[2]])
                stream.write(_line(conversation, pictures, folder, trainer).encode())
            count += len(kept)
    return count


def _members(members: dict[str, bytes], conversation: Conversation) -> list[str]:
    """Return the suffixes of a conversation's pictures, in its order."""
    wanted = ("source", "edited") if conversation.branch == "sc" else ("edited",)
    return [next(suffix for suffix in members if suffix.startswith(f"{name}.")) for name in wanted]


def _line(conversation: Conversation, pictures: Sequence[str], folder: Path, trainer: str) -> str:
    names = [f"images/{picture}" for picture in pictures]
    if trainer == MS_SWIFT:
        names = [(folder.resolve() / name).as_posix() for name in names]
    record = {
        "messages": [
            {"role": "user", "content": IMAGE * len(pictures) + conversation.prompt},
            {"role": "assistant", "content": conversation.answer},
        ],
        "images": names,
    }
    return json.dumps(record, ensure_ascii=False) + "\n"


def _dataset_info(files: dict[Split, Path]) -> str:
    columns = {"messages": "messages", "images": "images"}
    tags = {"role_tag": "role", "content_tag": "content", "user_tag": "user", "assistant_tag": "assistant"}
    entries = {
        f"spatialreward_{split}": {
            "file_name": path.name,
            "formatting": "sharegpt",
            "columns": columns,
            "tags": tags,
        }
        for split, path in files.items()
    }
    return json.dumps(entries, indent=2) + "\n"
