"""A training run from shards to checkpoint, figures and picture; started again, it goes on where it was."""

import json
import os
import time
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import torch
import transformers
from rich.console import Console
from transformers.trainer_callback import PrinterCallback

from pipeline.config import DISTRIBUTION
from pipeline.lock import run_lock
from pipeline.train import checkpoints
from pipeline.train.bar import Bar
from pipeline.train.config import TrainRecipe
from pipeline.train.conversations import conversations_of
from pipeline.train.encode import Budget, Encoder
from pipeline.train.journal import Journal, loss_picture
from pipeline.train.loader import Crew, TrainLoader, check_shards, plan_steps
from pipeline.train.model import check_model, load_processor, prepare_model
from pipeline.train.precision import multiplies_in_bf16
from pipeline.train.shards import Shards, list_shards, stream_samples
from pipeline.train.stream import StreamSettings
from pipeline.train.summary import print_summary, summarise
from pipeline.train.trainer import RewardTrainer, training_arguments
from pipeline.train.validation import Validation
from schemas.errors import UserError
from transforms import storage
from transforms.marks import MANIFEST

RUN, SUMMARY, PICTURE, TENSORBOARD = "run.json", "summary.json", "loss.png", "tensorboard"


@dataclass(frozen=True)
class TrainRequest:
    """What to train. Attributes: the recipe, the data set's folder or address, model (path or hub id), OUT."""

    recipe: TrainRecipe
    shards: str
    model: str | None
    out: Path


@dataclass(frozen=True)
class Place:
    """Where this process stands among the ranks that torchrun started, and its device."""

    ranks: int
    rank: int
    device: torch.device

    @classmethod
    def found(cls) -> "Place":
        """Return the place that torchrun's variables and the hardware say."""
        local = int(os.environ.get("LOCAL_RANK", "0"))
        device = torch.device("cuda", local) if torch.cuda.is_available() else torch.device("cpu")
        return cls(int(os.environ.get("WORLD_SIZE", "1")), int(os.environ.get("RANK", "0")), device)

    @property
    def leads(self) -> bool:
        """Whether this rank writes and speaks for all."""
        return self.rank == 0


def train(request: TrainRequest, console: Console) -> None:
    """Train, evaluate, and write checkpoints, `metrics.jsonl`, `tensorboard/`, `summary.json` and `loss.png` into OUT.

    Raises:
        UserError: a mistake in recipe, shards, model or hardware, or OUT holds another run.
        NonFiniteError: a loss or gradient is not finite; the last checkpoint is good.
    """
    place = Place.found()
    console = console if place.leads else Console(quiet=True)
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    recipe = request.recipe
    check_model(recipe, request.model, place.device)
    shards = list_shards(request.shards, "train")
    crew = Crew(place.ranks, place.rank, recipe.data.workers)
    check_shards(shards, crew)
    list_shards(request.shards, "validation")  # before a model is loaded for nothing
    request.out.mkdir(parents=True, exist_ok=True)
    with run_lock(str(request.out)) if place.leads else nullcontext():
        _claim(request, shards, place)
        if (request.out / SUMMARY).is_file():
            console.print(f"{request.out}: finished before; choose another --out to train again")
            print_summary(json.loads((request.out / SUMMARY).read_text(encoding="utf-8")), console)
            return
        _train(request, shards, crew, place, console)


def _train(request: TrainRequest, shards: Shards, crew: Crew, place: Place, console: Console) -> None:
    recipe, out, began = request.recipe, request.out, time.monotonic()
    if place.leads:
        checkpoints.remove_unfinished(out)
    last = checkpoints.last_checkpoint(out)
    settings = StreamSettings(recipe.data.prompts, recipe.data.buffer, recipe.optimizer.batch_size, recipe.seed)
    planned = plan_steps(shards, settings, crew, recipe.optimizer.epochs, recipe.optimizer.accumulation)
    steps = min(planned, recipe.optimizer.max_steps or planned)
    arguments = training_arguments(recipe, out, steps, place.ranks, place.device)
    texts = _texts(shards, recipe) if request.model is None else iter(())
    processor = load_processor(recipe, request.model or (str(last) if last else None), texts)
    budget = Budget(recipe.data.min_pixels, recipe.data.max_pixels, recipe.data.max_tokens)
    encoder = Encoder(processor, budget)
    prepared = prepare_model(recipe, request.model, processor, place.device)
    if request.model is None:
        console.print("No model given: training a tiny Qwen3-VL of random weights, to try the whole run.", markup=False)
    if recipe.precision != "fp32" and not multiplies_in_bf16(recipe.precision, place.device):
        console.print("This processor only imitates bfloat16: float32 takes its place.")
    if prepared.float8:
        console.print(str(prepared.float8), soft_wrap=True, markup=False)
    loader = TrainLoader(shards, encoder, settings, crew, recipe.optimizer.epochs, recipe.optimizer.accumulation)
    validation = Validation(request.shards, recipe, encoder, place.device, place.ranks, place.rank)
    journal = Journal(out, out / TENSORBOARD, place.leads)
    bar = Bar(console)
    trainer = RewardTrainer(prepared, arguments, recipe, loader, validation.figures, journal, [bar])
    trainer.remove_callback(PrinterCallback)
    journal.rewind(checkpoints.step_of(last) if last else 0)
    if last:
        same = trainer.resume(last)
        console.print(f"Going on behind {last.name}" + ("" if same else "; other readers than before, another order"))
    with bar:
        trainer.train(resume_from_checkpoint=str(last) if last else None)
        if trainer.state.global_step == 0:
            raise UserError(f"{request.shards}: every conversation was left out ({loader.dropped()})")
        trainer.finish()
    dropped = loader.dropped_by_all() | {f"validation, {why}": count for why, count in validation.left_out.items()}
    if place.leads:
        summary = summarise(journal, recipe, trainer.state.global_step, time.monotonic() - began, dropped)
        lines = journal.lines("train")
        storage.write_bytes(str(out / PICTURE), loss_picture(lines, f"Training loss, recipe {recipe.name}"))
        storage.write_bytes(str(out / SUMMARY), json.dumps(summary, indent=1).encode())
        print_summary(summary, console)
        console.print(
            f"{out}: {PICTURE}, metrics.jsonl, {TENSORBOARD}/, {checkpoints.last_checkpoint(out)}", markup=False
        )


def _claim(request: TrainRequest, shards: Shards, place: Place) -> None:
    """Write down what this run is, or check that it is the one that was begun here."""
    path = request.out / RUN
    content = {
        "recipe": request.recipe.model_dump(),
        "data": shards.config_hash,
        "model": request.model or "-",
    }
    if path.is_file():
        begun = json.loads(path.read_text(encoding="utf-8"))
        other = [name for name in content if begun.get(name) != json.loads(json.dumps(content[name]))]
        if other:
            raise UserError(
                f"--out {request.out}: holds a run with another {' and '.join(other)}; choose another folder"
            )
    elif place.leads:
        content |= {
            "manifest": storage.sha256_of(storage.join(request.shards, MANIFEST)),
            "version": version(DISTRIBUTION),
        }
        storage.write_bytes(str(path), json.dumps(content, indent=1).encode())


def _texts(shards: Shards, recipe: TrainRecipe) -> Iterator[str]:
    """Yield prompts and answers of the split's first conversations, for a tokenizer."""
    left = recipe.tiny.texts if recipe.tiny else 0
    for shard in shards.shards:
        for sample in stream_samples(shard.url):
            found, _ = conversations_of(sample, shards.repeated, recipe.data.prompts)
            for conversation in found[:left]:
                yield conversation.prompt
                yield conversation.answer
            left -= len(found)
            if left <= 0:
                return
