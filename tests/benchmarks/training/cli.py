"""The command: measure where there is a GPU, say so where there is none."""

import gc
import json
import platform
import time
from dataclasses import asdict
from importlib.metadata import version
from itertools import product
from pathlib import Path
from typing import Annotated

import torch
import typer
from rich.console import Console

from benchmarks.training.batch import BatchShape
from benchmarks.training.measure import Measured, Plan, measure_mode
from benchmarks.training.tables import table, table_not_run
from benchmarks.training.variants import MODES, PRECISIONS, Variant
from pipeline.train.precision import LARGE
from pipeline.train.shapes import shape_8b, shape_tiny
from schemas.errors import UserError

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
TINY = BatchShape(tokens=64, answer=16, images=2, side=64)
TINY_SMALLEST = 32
LIBRARIES = ("torch", "torchao", "transformers", "peft")
KEEPS = {"again": True, "kept": False}


def list_variants(modes: str, precisions: str, activations: str, samples: str) -> list[Variant]:
    """Return every combination of lists separated by commas, precisions side by side.

    Raises:
        UserError: an unknown name.
    """
    chosen = [
        ("--modes", modes, MODES),
        ("--precisions", precisions, PRECISIONS),
        ("--activations", activations, KEEPS),
    ]
    for flag, given, known in chosen:
        if unknown := set(given.split(",")) - set(known):
            raise UserError(f"{flag} {min(unknown)}: not known; use some of {','.join(known)}")
    combined = product(modes.split(","), samples.split(","), activations.split(","), precisions.split(","))
    return [Variant(mode, precision, KEEPS[keep], int(count)) for mode, count, keep, precision in combined]


@app.command()
def main(
    modes: Annotated[str, typer.Option(help="What is trained, separated by commas.")] = ",".join(MODES),
    precisions: Annotated[str, typer.Option(help="In which precisions.")] = ",".join(PRECISIONS),
    activations: Annotated[str, typer.Option(help="Computed again, kept or both.")] = ",".join(KEEPS),
    samples: Annotated[str, typer.Option(help="Samples per batch.")] = "8",
    layers: Annotated[int, typer.Option(min=0, help="Decoder layers; 0 for all that the model has.")] = 0,
    rounds: Annotated[int, typer.Option(min=1, help="How often all take their turn.")] = 3,
    steps: Annotated[int, typer.Option(min=1, help="Timed in one turn.")] = 4,
    tiny: Annotated[bool, typer.Option(help="A tiny model on the CPU, FP8 emulated: tries the bench itself.")] = False,
    smallest: Annotated[int, typer.Option(min=16, help="Shorter side from which a linear is in FP8.")] = LARGE,
    compile: Annotated[bool, typer.Option(help="Compile the decoder layers.")] = True,
    out: Annotated[Path, typer.Option(help="Folder for table and figures.")] = Path("build/training"),
) -> None:
    """Compare FP8 with BF16 in training steps of a model of the 8B shape, weights random, on one GPU.

    Example: python -m benchmarks.training --modes full --samples 8,16
    """
    console = Console()
    try:
        variants = list_variants(modes, precisions, activations, samples)
    except UserError as error:
        typer.echo(f"Error: {error}", err=True)
        raise typer.Exit(2) from None
    shape = TINY if tiny else BatchShape()
    if not tiny and not torch.cuda.is_available():
        console.print(table_not_run(variants, shape).to_rich())
        return
    config = shape_tiny() if tiny else shape_8b()
    config.text_config.num_hidden_layers = layers or config.text_config.num_hidden_layers
    device = torch.device("cpu" if tiny else "cuda")
    plan = Plan(config, shape, device, rounds, steps, compile, tiny, TINY_SMALLEST if tiny else smallest)
    # Every precision is a compilation of its own; one that fell back to slow execution would be no measurement.
    torch._dynamo.config.recompile_limit = 8 * len(variants)
    torch._dynamo.config.fail_on_recompile_limit_hit = True
    began = time.perf_counter()

    def tell(line: str) -> None:
        console.print(f"{time.perf_counter() - began:5.0f} s  {line}", soft_wrap=True, highlight=False)

    found: dict[Variant, Measured] = {}
    for mode in dict.fromkeys(v.mode for v in variants):
        of_mode = [v for v in variants if v.mode == mode]
        found |= measure_mode(mode, of_mode, plan, tell)
        torch._dynamo.reset()
        gc.collect()
        torch.cuda.empty_cache()
        _write(found, plan, out)
    console.print(table(found, shape, _card(plan.device)).to_rich())
    console.print(f"training.md and training.json in {out}")


def _write(found: dict[Variant, Measured], plan: Plan, out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    card = _card(plan.device)
    figures = {
        "card": card,
        "versions": {"python": platform.python_version()} | {name: version(name) for name in LIBRARIES},
        "optimizer": "AdamW, fused, weights and states in BF16",
        "sample": asdict(plan.shape),
        "layers": plan.config.text_config.num_hidden_layers,
        "variants": [{**asdict(variant), **asdict(measured)} for variant, measured in found.items()],
    }
    (out / "training.md").write_text(table(found, plan.shape, card).to_markdown(), encoding="utf-8")
    (out / "training.json").write_text(json.dumps(figures, indent=1), encoding="utf-8")


def _card(device: torch.device) -> str:
    return torch.cuda.get_device_name(device) if device.type == "cuda" else "CPU"
