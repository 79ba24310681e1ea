"""Verbs that train the reward model and make it a folder to serve."""

from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from pipeline import exit_codes
from pipeline.cli.shared import console
from schemas.errors import UserError

app = typer.Typer()


@app.command(epilog="Example: spatialreward train --recipe spatialreward-8b-lora --shards demo --model DIR --out run")
def train(
    shards: Annotated[str, typer.Option(help="Folder or address (http, gs://) of a finished data set.")],
    out: Annotated[Path | None, typer.Option(help="Folder for the run; made if needed, resumed if begun.")] = None,
    recipe: Annotated[str, typer.Option(help="Name of a built-in training recipe, or the path of a YAML file.")] = "",
    model: Annotated[
        str | None,
        typer.Option(help="Folder or hub id of a Qwen3-VL model; without it a tiny one of random weights is made."),
    ] = None,
    precision: Annotated[str | None, typer.Option(metavar="fp8|bf16|fp32", help="Instead of the recipe's.")] = None,
    override: Annotated[list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="Override a key.")] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Estimate memory and time for this recipe and model, train nothing.")
    ] = False,
) -> None:
    """Fine-tune the reward model on a data set. On 8 GPUs: torchrun --nproc-per-node 8 -m pipeline.entry train ..."""
    from pipeline.train.config import load_train_recipe

    if find_spec("transformers") is None or find_spec("torchao") is None:
        raise UserError('train: needs more libraries; pip install "spatialreward-train[train]"')
    overrides = [*(override or []), *([f"precision={precision}"] if precision else [])]
    chosen = load_train_recipe(recipe or ("spatialreward-8b-lora" if model else "tiny"), overrides)
    if dry_run:
        from pipeline.train.estimate import estimate, print_estimate

        print_estimate(chosen, *estimate(chosen, shards, model), console)
        return
    if out is None:
        raise UserError("--out: give the folder for the run")
    from pipeline.train.guard import NonFiniteError
    from pipeline.train.run import TrainRequest
    from pipeline.train.run import train as run

    try:
        run(TrainRequest(chosen, shards, model, out), console)
    except NonFiniteError as error:
        typer.echo(f"spatialreward: {error}; the last checkpoint in {out} is good", err=True)
        raise typer.Exit(exit_codes.NOT_FINITE) from None


@app.command(epilog="Example: spatialreward export-model run --out model --weights fp8 --shards demo")
def export_model(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="Folder of a training run.")],
    out: Annotated[Path, typer.Option(help="New folder for the model.")],
    weights: Annotated[str, typer.Option(metavar="bf16|fp8", help="How weights are stored.")] = "bf16",
    checkpoint: Annotated[str, typer.Option(metavar="best|last", help="Which checkpoint of the run.")] = "best",
    model: Annotated[
        str | None, typer.Option(help="Where the model that adapters belong to lies now, if it was moved.")
    ] = None,
    shards: Annotated[
        str | None,
        typer.Option(help="Data set whose validation split the check asks about; painted pictures if not given."),
    ] = None,
    license: Annotated[str, typer.Option(help="SPDX licence of the weights, for the card.")] = "unknown",
) -> None:
    """Make a trained checkpoint a folder to serve: merged weights, processor, prompts, model card.

    The folder is loaded anew and its logits are compared with the trained model's; it appears only if they agree.
    """
    if find_spec("transformers") is None or find_spec("compressed_tensors") is None:
        raise UserError('export-model: needs more libraries; pip install "spatialreward-train[train]"')
    from pipeline.export_model.export import CheckFailedError, ExportRequest
    from pipeline.export_model.export import export_model as write

    request = ExportRequest(run, out, weights, checkpoint, model, shards, license.lower())
    try:
        agreements = write(request, console)
    except CheckFailedError as error:
        typer.echo(f"spatialreward: {error}; {out} was not written", err=True)
        raise typer.Exit(exit_codes.FOUND) from None
    for name, agreement in agreements.items():
        console.print(f"{out}: {name}: {agreement}", soft_wrap=True, markup=False)
