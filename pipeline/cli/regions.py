"""Verbs that find edit regions, and train the network that does."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline import exit_codes
from pipeline.cli.shared import console
from schemas.errors import UserError

if TYPE_CHECKING:
    from pipeline.regions_tool.workers import Job


app = typer.Typer()


@app.command(epilog="Example: spatialreward regions before.jpg after.jpg --overlay regions.png --masks masks")
def regions(
    source: Annotated[
        str,
        typer.Argument(metavar="A", help="The picture before the edit; or a folder of pairs, or a file of pairs."),
    ],
    edited: Annotated[
        str | None,
        typer.Argument(
            metavar="B", help="The picture after the edit; or, where A is a folder, that of the edited ones."
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="With many pairs: the .jsonl file to write, a line per pair.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="With one pair: print JSON alone.")] = False,
    overlay: Annotated[
        Path | None,
        typer.Option(help="Write the edited picture with boxes and masks here; with many pairs a folder, NAME.png."),
    ] = None,
    masks: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Write masks here, in the edited picture's size: NAME.mask.png, the label map (8-bit grey, pixel = id "
            "of its region, 0 = unchanged), and NAME.region1.png, ... (255 = the region's pixels in the label map).",
        ),
    ] = None,
    steps: Annotated[
        Path | None,
        typer.Option(help="Write a picture of every step of the measurement here; with many pairs a folder, NAME.png."),
    ] = None,
    method: Annotated[
        str | None, typer.Option(metavar="classical|network", help="Who finds the regions, for regions.method.")
    ] = None,
    masks_by: Annotated[
        str | None, typer.Option(metavar="none|grabcut|sam", help="Who refines the masks; grabcut if not given.")
    ] = None,
    sam_checkpoint: Annotated[
        str | None, typer.Option(help="Path of a Segment Anything checkpoint; masks are then made by it.")
    ] = None,
    sam_model_type: Annotated[str | None, typer.Option(help="Its architecture, for regions.sam_model_type.")] = None,
    override: Annotated[
        list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="Override a setting: regions.work_size=512.")
    ] = None,
    jobs: Annotated[int, typer.Option(min=1, help="With many pairs: processes.")] = 1,
) -> None:
    """Measure what changed between two pictures: boxes and masks of the edit regions.

    Of many pairs (`regions DIR -o regions.jsonl`) DIR holds NAME.source.EXT and NAME.edited.EXT, with subfolders, or
    another layout of docs/import.md; or there are two folders of equal names (`regions BEFORE AFTER -o FILE`). A pair
    that cannot be measured is a line that says why (status error, reason, detail). An interrupted run goes on where it
    was when the same command is given again. NAME of a single pair is that of B; of a row of a file, FILE-ROW.

    Pictures may differ in size; JPEG, PNG, WebP, TIFF, BMP, GIF, up to 100 megapixels, at least 8 a side. Transparency
    is laid on white, deep pixels are scaled to 8 bits, of several frames the first counts.
    """
    from pipeline.regions_tool.settings import make_settings

    config = make_settings(override or [], masks_by, sam_checkpoint, sam_model_type, method)
    if edited is None:
        from pipeline.regions_tool.workers import Job

        _regions_of_many(source, out, Job(config, overlay, masks, steps), jobs, as_json)
        return
    from pipeline.regions_tool.pairs import is_folder

    if is_folder(source) and is_folder(edited):
        from pipeline.regions_tool.workers import Job

        _regions_of_many(source, out, Job(config, overlay, masks, steps), jobs, as_json, edited)
        return
    from pipeline.regions_tool.single import measure_one, pretty_json, print_record

    if out:
        raise UserError(f"--out {out}: is for many pairs; of one pair --json prints the regions")
    record = measure_one(source, edited, config, overlay, masks, steps)
    if as_json:
        typer.echo(pretty_json(record, console.encoding))
    else:
        print_record(record, console)


def _regions_of_many(
    path: str, out: Path | None, job: "Job", jobs: int, as_json: bool, edited: str | None = None
) -> None:
    from pipeline.regions_tool.many import measure_many, print_summary

    if out is None or as_json:
        what = "two folders stand" if edited else "one path stands"
        raise UserError(f"{path}: {what} for many pairs: give -o FILE.jsonl, no --json; or give two pictures")
    summary = measure_many(path, out, job, jobs, console, edited)
    print_summary(summary, console)
    if summary.nothing_read:
        raise typer.Exit(exit_codes.USER_ERROR)


@app.command(epilog="Example: spatialreward regions-train --out network --photos photos --cutouts cutouts")
def regions_train(
    out: Annotated[Path, typer.Option(help="Folder for cases, checkpoint and weights; resumed if begun.")],
    data: Annotated[bool, typer.Option("--data", help="Make the training cases and stop.")] = False,
    photos: Annotated[str, typer.Option(help="Folder of photos to edit beside rendered scenes.")] = "-",
    cutouts: Annotated[str, typer.Option(help="Folder of named pictures with transparency to lay into them.")] = "-",
    recipe: Annotated[Path | None, typer.Option(help="YAML file; that of the shipped weights if not given.")] = None,
    seed: Annotated[int, typer.Option(help="Of the first weights and of the order of the cases.")] = 0,
    jobs: Annotated[int, typer.Option(min=1, help="Processes that make cases, threads that train.")] = 2,
) -> None:
    """Train the small network that finds edit regions, from nothing: make cases with exact truth, then train.

    Needs `pip install "spatialreward-train[train]"`; with --data the core alone.
    """
    from pipeline.regions_train.recipe import load_training_recipe
    from pipeline.regions_train.run import TrainingRun, make_data, train_network
    from pipeline.regions_train.sources import Library

    run = TrainingRun(out, load_training_recipe(recipe), Library(photos, cutouts), seed, jobs)
    make_data(run, console)
    if not data:
        train_network(run, console)
