"""transformers' Trainer, with our stream, our loss, a guard, whole checkpoints and figures of its own."""

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import torch
import torch.distributed as dist
from torch import nn
from torch.distributed.tensor import DTensor
from transformers import Trainer, TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from pipeline.train import checkpoints
from pipeline.train.config import TrainRecipe
from pipeline.train.encode import KINDS
from pipeline.train.guard import Guard
from pipeline.train.journal import Journal
from pipeline.train.loader import TrainLoader
from pipeline.train.loss import answer_token_losses
from pipeline.train.meter import Meter
from pipeline.train.model import Prepared
from pipeline.train.precision import multiplies_in_bf16
from schemas.errors import UserError
from transforms import storage

LAYERS = ["Qwen3VLTextDecoderLayer", "Qwen3VLVisionBlock"]
"""Units that FSDP2 shards by themselves."""
Evaluate = Callable[[nn.Module], dict[str, float]]


def training_arguments(
    recipe: TrainRecipe, out: Path, steps: int, ranks: int, device: torch.device
) -> TrainingArguments:
    """Return the Trainer's arguments for a recipe.

    Args:
        recipe: of the run.
        out: its folder.
        steps: that it will take at most.
        ranks: in all; they meet here.
        device: cpu, or a GPU.

    Raises:
        UserError: weights are to be sharded over processes without GPUs.
    """
    optimizer = recipe.optimizer
    sharded: dict[str, Any] = {}
    shards = recipe.fsdp and ranks > 1
    if shards and device.type == "cpu":
        raise UserError("fsdp: weights are sharded over GPUs alone; use --set fsdp=false")
    if shards:
        settings = {
            "fsdp_version": 2,
            "auto_wrap_policy": "TRANSFORMER_BASED_WRAP",
            "transformer_layer_cls_to_wrap": LAYERS,
            "state_dict_type": "SHARDED_STATE_DICT",
            "activation_checkpointing": recipe.checkpointing,
        }
        sharded = {"fsdp": True, "fsdp_config": settings}
    again = recipe.checkpointing and not shards
    return TrainingArguments(
        output_dir=str(out),
        max_steps=steps,
        per_device_train_batch_size=optimizer.batch_size,
        gradient_accumulation_steps=optimizer.accumulation,
        learning_rate=optimizer.learning_rate,
        weight_decay=optimizer.weight_decay,
        max_grad_norm=optimizer.max_norm,
        lr_scheduler_type="cosine",
        warmup_steps=optimizer.warmup,
        ddp_find_unused_parameters=False,
        optim="adamw_torch_fused" if device.type == "cuda" else "adamw_torch",
        bf16=multiplies_in_bf16(recipe.precision, device),
        use_cpu=device.type == "cpu",
        ddp_backend="gloo" if device.type == "cpu" and ranks > 1 else None,
        activation_checkpointing=again,
        activation_checkpointing_kwargs={"use_reentrant": False} if again else None,
        logging_steps=recipe.log_every,
        logging_first_step=True,
        logging_nan_inf_filter=False,  # the guard stops instead
        save_strategy="no",  # by `Rhythm`
        eval_strategy="no",
        report_to="none",
        disable_tqdm=True,
        log_level="error",
        log_level_replica="error",
        remove_unused_columns=False,
        ignore_data_skip=True,  # the stream goes on by itself
        seed=recipe.seed,
        **sharded,
    )


class Rhythm(TrainerCallback):
    """Says when to evaluate and to save; the end of a run does both by itself."""

    def __init__(self, recipe: TrainRecipe) -> None:
        self._recipe = recipe

    def on_step_end(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> TrainerControl:
        """Ask for an evaluation, which a checkpoint follows, or for a checkpoint alone."""
        if state.global_step < state.max_steps:
            control.should_evaluate = state.global_step % self._recipe.evaluation.every == 0
            control.should_save = control.should_evaluate or state.global_step % self._recipe.save_every == 0
        return control


class RewardTrainer(Trainer):
    """Trains on a stream of batches.

    Args:
        prepared: model and processor.
        arguments: of the Trainer.
        recipe: of the run.
        loader: of the training split.
        evaluate: returns figures of a model, on every rank.
        journal: takes a line per log and evaluation.
    """

    def __init__(
        self,
        prepared: Prepared,
        arguments: TrainingArguments,
        recipe: TrainRecipe,
        loader: TrainLoader,
        evaluate: Evaluate,
        journal: Journal,
        callbacks: Iterable[TrainerCallback] = (),
    ) -> None:
        super().__init__(
            model=prepared.model,
            args=arguments,
            processing_class=prepared.processor,
            callbacks=[Rhythm(recipe), *callbacks],
        )
        self._recipe, self.loader, self._evaluate_model, self._journal = recipe, loader, evaluate, journal
        self._out, self._guard = Path(arguments.output_dir), Guard(prepared.model)
        self.meter = Meter(arguments.device)
        self._figures: dict[str, float] = {}
        self._evaluated = self._saved = -1
        self._writing = False
        self.control: TrainerControl
        self.model_accepts_loss_kwargs = True  # `compute_loss` divides by all answer tokens of a step itself

    def get_train_dataloader(self) -> Any:
        """Return our own loader: it shares out the work itself."""
        return self.loader

    def get_batch_samples(
        self, epoch_iterator: Iterator[Any], num_batches: int, device: torch.device
    ) -> tuple[list[Any], Any]:
        """Time the wait for the batches of a step, and count them."""
        with self.meter.waiting():
            batches, answers = super().get_batch_samples(epoch_iterator, num_batches, device)
        for batch in batches:
            self.meter.add_batch(batch)
        return batches, answers

    def compute_loss(
        self, model: nn.Module, inputs: dict[str, Any], return_outputs: bool = False, num_items_in_batch: Any = None
    ) -> Any:
        """Return the mean over all answer tokens of the step, of this batch's share.

        Raises:
            NonFiniteError: names the first layer whose output is not finite.
        """
        batch = {name: value for name, value in inputs.items() if name != KINDS}
        losses, places = answer_token_losses(model, batch)
        step = self.state.global_step + 1
        self._guard.check_loss(losses, {name: value for name, value in batch.items() if name != "labels"}, step)
        self.meter.add_losses(losses, inputs[KINDS][:, places])
        self.meter.add_work(self.model, batch)
        # Ranks' gradients are averaged, and the tokens of all ranks counted.
        return losses.sum() * self.accelerator.num_processes / num_items_in_batch

    def _clip_grad_norm(self, model: nn.Module) -> torch.Tensor:
        norm = self._guard.check_gradients(self.state.global_step + 1)
        norm = norm.full_tensor() if isinstance(norm, DTensor) else norm
        torch.nn.utils.clip_grads_with_norm_(model.parameters(), self.args.max_grad_norm, norm)
        return norm

    def log(self, logs: dict[str, float], start_time: float | None = None) -> None:
        """Add our own figures to a line of training, and write it down."""
        if "loss" in logs:
            logs |= self.meter.take()
            self._journal.write("train", self.state.global_step, self.loader.epoch, logs)
        super().log(logs, start_time)

    def evaluate(self, *args: Any, **kwargs: Any) -> dict[str, float]:
        """Return the figures of the validation split, each named `eval_…`; every rank has all of them."""
        with self.meter.paused():
            figures = {f"eval_{name}": value for name, value in self._evaluate_model(self.model).items()}
        self._evaluated, self._figures = self.state.global_step, figures
        self._journal.write("eval", self.state.global_step, self.loader.epoch, figures)
        self.log(dict(figures))
        self.control = self.callback_handler.on_evaluate(self.args, self.state, self.control, figures)
        return figures

    def finish(self) -> dict[str, float]:
        """Evaluate and save what training has ended with, and return the figures."""
        if self._evaluated != self.state.global_step:
            self.evaluate()
        if self._saved != self.state.global_step:
            self._save_checkpoint(self.model, None)
        else:
            self._choose_best()
        return self._figures

    def resume(self, checkpoint: Path) -> bool:
        """Let the stream go on where it stood at a checkpoint; return whether the next batches are the same."""
        content = json.loads((checkpoint / checkpoints.STREAM).read_text(encoding="utf-8"))
        self._saved = checkpoints.step_of(checkpoint)
        return self.loader.load_state(content)

    def save_model(self, output_dir: str | None = None, _internal_call: bool = False) -> None:
        """Write weights and processor; sharded weights are gathered, so that a checkpoint loads anywhere."""
        if self.is_fsdp_enabled:
            self._save(output_dir, state_dict=self.accelerator.get_state_dict(self.model))
        else:
            super().save_model(output_dir, _internal_call)

    def _get_output_dir(self, trial: Any) -> str:
        return str(self._out / checkpoints.UNFINISHED) if self._writing else str(self._out)

    def _save_checkpoint(self, model: nn.Module, trial: Any) -> None:
        """Write a checkpoint beside the others and rename it when all ranks are done."""
        name = f"checkpoint-{self.state.global_step}"
        with self.meter.paused():
            place = self.loader.state()
            self._writing = True
            super()._save_checkpoint(model, trial)
            self._writing = False
            _wait_for_all()
            if self.is_world_process_zero():
                path = self._out / checkpoints.UNFINISHED / name / checkpoints.STREAM
                storage.write_bytes(str(path), json.dumps(place).encode())
                checkpoints.publish(self._out, name)
            self._choose_best()
            _wait_for_all()
        self._saved = self.state.global_step

    def _choose_best(self) -> None:
        if self.is_world_process_zero():
            if self._evaluated == self.state.global_step:
                name = f"checkpoint-{self.state.global_step}"
                checkpoints.note_evaluation(self._out, name, self._figures, self._recipe.evaluation)
            checkpoints.remove_old(self._out)


def _wait_for_all() -> None:
    if dist.is_initialized():
        dist.barrier()
