"""A checkpoint becomes a folder to serve: merged, written beside its place, loaded anew and compared, then renamed."""

import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import torch
import transformers
from compressed_tensors.quantization import disable_quantization
from peft import PeftModel
from rich.console import Console
from transformers import GenerationConfig, Qwen3VLForConditionalGeneration, Qwen3VLProcessor

from pipeline.export_model.card import CARD, CardFacts, card_text
from pipeline.export_model.check import (
    Agreement,
    compare,
    logits_of,
    painted_conversations,
    real_conversations,
)
from pipeline.export_model.float8 import store_float8
from pipeline.export_model.trained import TrainedRun, load_processor_of, load_trained, open_run
from pipeline.lock import no_run
from pipeline.train import checkpoints
from pipeline.train.conversations import Conversation
from pipeline.train.encode import END, Budget, Encoder
from pipeline.train.prompts import template_files
from schemas.errors import UserError
from transforms import storage

LOWEST_COSINE = {"bf16": 0.999, "fp8": 0.95}
"""Mean cosine of the logits with those of the trained model, below which an export is thrown away."""


class CheckFailedError(RuntimeError):
    """What was written does not answer as the trained model does."""


@dataclass(frozen=True)
class ExportRequest:
    """What to export.

    Attributes:
        run: folder of a training run.
        out: new folder for the model.
        weights: bf16 or fp8.
        checkpoint: best or last.
        base: where the model that the run began with lies now, None for where it lay then.
        shards: a data set whose validation split the check asks about, None for painted pictures.
        license: lower-case SPDX identifier, or unknown.
    """

    run: Path
    out: Path
    weights: str = "bf16"
    checkpoint: str = "best"
    base: str | None = None
    shards: str | None = None
    license: str = "unknown"


def export_model(request: ExportRequest, console: Console) -> dict[str, Agreement]:
    """Write weights, configuration, processor, prompts and card of a checkpoint into OUT, and check them.

    OUT appears when all is written and checked, or not at all. Runs on the CPU, with four bytes of memory per weight.

    Returns:
        what was compared with the trained model -> how it agreed.

    Raises:
        UserError: a mistake in run, checkpoint, base model or OUT, weights that are not finite, or the run's training
            is going on: it removes checkpoints.
        CheckFailedError: the folder, loaded anew, answers otherwise.
    """
    if request.weights not in LOWEST_COSINE:
        raise UserError(f"--weights {request.weights}: use {' or '.join(LOWEST_COSINE)}")
    if not storage.is_empty(str(request.out)):
        raise UserError(f"--out {request.out}: is not empty; give a new folder")
    with no_run(str(request.run), "a training"):
        return _export(request, console)


def _export(request: ExportRequest, console: Console) -> dict[str, Agreement]:
    run = open_run(request.run, request.checkpoint, request.base)
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    processor = load_processor_of(run)
    encoder = _encoder(processor, run)
    conversations = painted_conversations(run.recipe.data.prompts)
    if request.shards:
        conversations = real_conversations(request.shards, run.recipe.data.prompts, encoder)
    console.print(f"{run.checkpoint}: loading, asking about {len(conversations)} conversations", markup=False)
    trained = load_trained(run, processor)
    expected = logits_of(trained, encoder, conversations)
    merged = trained.merge_and_unload() if isinstance(trained, PeftModel) else trained
    merged.to(torch.bfloat16)
    with _folder_that_appears_whole(request.out) as folder:
        converted = _write(merged, processor, run, request.weights, folder)
        model_type = merged.config.model_type
        del trained, merged
        console.print("Written; loading it anew", markup=False)
        agreements = _check(folder, run, request.weights, conversations, expected)
        asked = "the validation split of the data" if request.shards else "painted pictures"
        facts = CardFacts(
            request.checkpoint,
            request.license,
            model_type,
            converted,
            f"{len(conversations)} conversations of {asked}",
            agreements,
        )
        (folder / CARD).write_text(card_text(run, facts), encoding="utf-8")
    return agreements


def _write(
    model: Qwen3VLForConditionalGeneration, processor: Qwen3VLProcessor, run: TrainedRun, weights: str, folder: Path
) -> int:
    """Write all but the card, and return how many linears are in FP8."""
    tokenizer = processor.tokenizer
    model.generation_config = GenerationConfig(
        do_sample=False, eos_token_id=tokenizer.convert_tokens_to_ids(END), pad_token_id=tokenizer.pad_token_id
    )
    names, configuration = store_float8(model, run.recipe.fp8.smallest) if weights == "fp8" else ((), None)
    model.save_pretrained(folder)
    if configuration:
        configuration.update_config(str(folder))
    processor.save_pretrained(folder)
    for name, text in template_files(run.recipe.data.prompts).items():
        storage.write_bytes(str(folder / "prompts" / name), text.encode())
    return len(names)


def _check(
    folder: Path, run: TrainedRun, weights: str, conversations: list[Conversation], expected: list[torch.Tensor]
) -> dict[str, Agreement]:
    """Load a folder as its user does, and compare.

    Raises:
        CheckFailedError: it answers otherwise than what was trained.
    """
    processor = Qwen3VLProcessor.from_pretrained(folder, local_files_only=True)
    size = processor.image_processor.size
    if (size["shortest_edge"], size["longest_edge"]) != (run.recipe.data.min_pixels, run.recipe.data.max_pixels):
        raise CheckFailedError(f"the exported processor resizes pictures to {size}, not as in training")
    encoder = _encoder(processor, run)
    model = Qwen3VLForConditionalGeneration.from_pretrained(
        folder, dtype=torch.float32, attn_implementation="sdpa", local_files_only=True
    ).eval()
    if weights == "fp8":
        # As it loads, inputs are rounded too; switched off, the weights alone are what differs.
        found = {"weights and inputs of the FP8 layers rounded": logits_of(model, encoder, conversations)}
        model.apply(disable_quantization)
        found["weights alone rounded"] = logits_of(model, encoder, conversations)
    else:
        found = {"weights rounded to BF16": logits_of(model, encoder, conversations)}
    agreements = {name: compare(logits, expected) for name, logits in found.items()}
    for name, agreement in agreements.items():
        if not agreement.cosine >= LOWEST_COSINE[weights]:  # NaN too
            raise CheckFailedError(
                f"the exported model does not answer as the trained one ({name}: {agreement}; the cosine must be "
                f"{LOWEST_COSINE[weights]} or more)"
            )
    return agreements


def _encoder(processor: Qwen3VLProcessor, run: TrainedRun) -> Encoder:
    data = run.recipe.data
    return Encoder(processor, Budget(data.min_pixels, data.max_pixels, data.max_tokens))


@contextmanager
def _folder_that_appears_whole(out: Path) -> Iterator[Path]:
    """Yield a folder beside OUT that gets its name, bytes on the disk, unless something goes wrong."""
    folder = out.parent / f"{storage.TEMPORARY}{uuid.uuid4().hex}-{out.name}"
    folder.mkdir(parents=True)
    try:
        yield folder
        checkpoints.sync_files(folder)
        folder.rename(out)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
