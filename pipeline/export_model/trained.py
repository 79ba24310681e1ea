"""A training run as an export reads it: what was trained, on what, and the model of one of its checkpoints."""

import json
from dataclasses import dataclass
from pathlib import Path

import torch
from peft import PeftModel
from torch import nn
from transformers import AutoProcessor, Qwen3VLForConditionalGeneration, Qwen3VLProcessor

from pipeline.train import checkpoints
from pipeline.train.config import TrainRecipe
from pipeline.train.encode import add_markers
from pipeline.train.journal import Journal
from pipeline.train.model import load_model
from pipeline.train.run import RUN
from schemas.errors import UserError

CHECKPOINTS = {"best": checkpoints.best_checkpoint, "last": checkpoints.last_checkpoint}


@dataclass(frozen=True)
class TrainedRun:
    """A run and the checkpoint to export.

    Attributes:
        recipe: of the run.
        model: path or hub id of what it began with, None for the recipe's own tiny one.
        base: where that lies now.
        data: configuration hash of the data set.
        manifest: sha256 of its manifest, `-` where the run did not write it down.
        version: of the package that trained.
        checkpoint: its folder.
        figures: of the evaluation at that step, named `eval_…`; {} if there was none.
    """

    recipe: TrainRecipe
    model: str | None
    base: str | None
    data: str
    manifest: str
    version: str
    checkpoint: Path
    figures: dict[str, float]

    @property
    def step(self) -> int:
        """Steps behind the checkpoint."""
        return checkpoints.step_of(self.checkpoint)


def open_run(folder: Path, which: str, base: str | None) -> TrainedRun:
    """Read what a run wrote down.

    Args:
        folder: OUT of `spatialreward train`.
        which: of `CHECKPOINTS`.
        base: where the model that it began with lies now; where it lay then if None.

    Raises:
        UserError: no run, or no such checkpoint in it.
    """
    if which not in CHECKPOINTS:
        raise UserError(f"--checkpoint {which}: use {' or '.join(CHECKPOINTS)}")
    if not (folder / RUN).is_file():
        raise UserError(f"{folder}: no {RUN} in it; give the folder of a training run (--out of spatialreward train)")
    content = json.loads((folder / RUN).read_text(encoding="utf-8"))
    checkpoint = CHECKPOINTS[which](folder)
    if checkpoint is None or not checkpoint.is_dir():
        other = "; train on, or use --checkpoint last" if checkpoints.last_checkpoint(folder) else "; train on"
        raise UserError(f"{folder}: holds no {which} checkpoint{other}")
    model = None if content["model"] == "-" else content["model"]
    lines = [line for line in Journal(folder).lines("eval") if line["step"] == checkpoints.step_of(checkpoint)]
    return TrainedRun(
        recipe=TrainRecipe.model_validate(content["recipe"]),
        model=model,
        base=base or model,
        data=content["data"],
        manifest=content.get("manifest", "-"),
        version=content["version"],
        checkpoint=checkpoint,
        figures={name: value for name, value in lines[-1].items() if name.startswith("eval_")} if lines else {},
    )


def load_processor_of(run: TrainedRun) -> Qwen3VLProcessor:
    """Return the processor as it was trained with, its picture sizes included."""
    return AutoProcessor.from_pretrained(run.checkpoint, local_files_only=True)


def load_trained(run: TrainedRun, processor: Qwen3VLProcessor) -> nn.Module:
    """Return the trained model in float32 on the CPU, adapters beside their linears and not merged.

    Nothing is downloaded. What was frozen in BF16 has BF16's values.

    Raises:
        UserError: the model that adapters belong to cannot be loaded, or a weight is not finite.
    """
    if run.recipe.tune == "lora":
        try:
            dtype = torch.float32 if run.recipe.precision == "fp32" else torch.bfloat16
            base = load_model(run.recipe, run.base, processor, dtype, local=True)
        except (OSError, ValueError) as error:
            raise UserError(
                f"{run.checkpoint}: holds adapters of {run.base}, which cannot be loaded "
                f"({str(error).splitlines()[0]}); give its folder with --model"
            ) from None
        if run.recipe.data.markers == "tokens":
            add_markers(processor, base)
        model = PeftModel.from_pretrained(base, run.checkpoint).float()
    else:
        model = Qwen3VLForConditionalGeneration.from_pretrained(
            run.checkpoint, dtype=torch.float32, attn_implementation="sdpa", local_files_only=True
        )
    for name, weight in model.named_parameters():
        if not torch.isfinite(weight).all():
            raise UserError(f"{run.checkpoint}: {name} holds numbers that are not finite; export another checkpoint")
    return model.eval()
