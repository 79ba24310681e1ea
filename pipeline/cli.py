"""The command line: one verb, one job. Heavy libraries are imported by the verb that needs them."""

import json
import logging
import sys
import time
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from schemas.errors import InterruptedRunError, UserError

if TYPE_CHECKING:
    from pipeline.regions_tool.workers import Job

EXIT_USER_ERROR, EXIT_TOO_MANY_ERRORS, EXIT_INTERRUPTED, EXIT_NOT_FINITE = 2, 3, 4, 5

app = typer.Typer(
    help="Build leak-free, box-annotated training sets for image-editing reward models.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
console = Console(highlight=False)

DataSet = Annotated[str, typer.Argument(metavar="DIR", help="Folder of a finished data set.")]


@app.command(
    context_settings={"allow_extra_args": True},
    epilog="Example: spatialreward build --recipe demo --out demo --workers 2",
)
def build(
    context: typer.Context,
    recipe: Annotated[str, typer.Option(help="Name of a built-in recipe, or the path of a YAML file.")],
    out: Annotated[str, typer.Option(help="Folder for the data set; made if needed, resumed if begun.")],
    sources: Annotated[
        list[str] | None,
        typer.Option(
            help="Folder of photos or pairs, a .jsonl of pairs, scenes:NUMBER, bundled:, or "
            "coco:ANNOTATIONS.json:IMAGES; may be given several times. Bundled photos and what the recipe adds if not "
            "given."
        ),
    ] = None,
    cutouts: Annotated[
        str | None,
        typer.Option(help="Folder of PNG or WebP pictures of things, transparent around them, to lay into photos."),
    ] = None,
    extend: Annotated[
        str | None,
        typer.Option(metavar="DIR", help="Add to this finished data set, whose shards and splits stay as they are."),
    ] = None,
    num_examples: Annotated[int | None, typer.Option(min=1, help="Examples to keep, at most one program more.")] = None,
    workers: Annotated[int, typer.Option(min=1, help="Local worker processes.")] = 1,
    seed: Annotated[int | None, typer.Option(help="Seed of everything random.")] = None,
    override: Annotated[list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="Override a key.")] = None,
    license: Annotated[str, typer.Option(help="SPDX licence of the sources that say none themselves.")] = "unknown",
    attribution: Annotated[str, typer.Option(help="Whom to name for the sources.")] = "-",
    sam_checkpoint: Annotated[
        str | None, typer.Option(help="Path of a Segment Anything checkpoint for the masks; GrabCut if not given.")
    ] = None,
    keep_staging: Annotated[bool, typer.Option("--keep-staging", help="Keep OUT/staging.")] = False,
    allow_mixed_machines: Annotated[
        bool, typer.Option("--allow-mixed-machines", help="Resume although versions or CPU differ.")
    ] = False,
    log_level: Annotated[str, typer.Option(help="debug, info, warning or error, for OUT/report/run.log.")] = "warning",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print the jobs with steps, options and sizes; run nothing.")
    ] = False,
) -> None:
    """Build a data set: photos or pairs in, WebDataset tars out. Beam's own flags go after `--`."""
    from pipeline.build import BuildRequest, build
    from pipeline.config import load_recipe
    from pipeline.cost.meter import metered
    from pipeline.logs import is_untouched, write_run
    from pipeline.report.write import print_report, write_report
    from pipeline.result import error_rate_exceeded
    from schemas.plan import Rights
    from transforms import storage

    overrides = list(override or [])
    overrides += [f"num_examples={num_examples}"] if num_examples is not None else []
    overrides += [f"seed={seed}"] if seed is not None else []
    if sam_checkpoint:
        overrides += ["regions.masks=sam", f"regions.sam_checkpoint={json.dumps(sam_checkpoint)}"]
    loaded = load_recipe(recipe, overrides)
    if log_level not in ("debug", "info", "warning", "error"):
        raise UserError(f"--log-level {log_level}: use debug, info, warning or error")
    request = BuildRequest(
        recipe=loaded,
        out=out,
        sources=tuple(sources or ()),
        rights=Rights(license=license, attribution=attribution),
        workers=workers,
        beam_flags=tuple(context.args),
        cutouts=cutouts,
        extend=extend,
        keep_staging=keep_staging,
        allow_mixed_machines=allow_mixed_machines,
        log_level=log_level,
    )
    if dry_run:
        from pipeline.dry_run import print_jobs

        print_jobs(request, console)
        return
    started, from_start = time.monotonic(), is_untouched(out)
    is_finished = storage.exists(storage.join(out, "manifest.json"))
    with metered() as meter:
        manifest = build(request, console)
    if not is_finished:  # a run that found all done says nothing of what it cost
        write_run(out, time.monotonic() - started, workers, request.beam_flags, meter.cost, from_start)
    if manifest is None:
        console.print(f"No example was kept: {out}/rejected.parquet says why.")
        raise typer.Exit(EXIT_TOO_MANY_ERRORS)
    (print_report if is_finished else write_report)(out, console)
    if error_rate_exceeded(out, loaded.max_reject_rate):
        console.print(f"More than {loaded.max_reject_rate:.0%} of the records failed: see {out}/rejected.parquet.")
        raise typer.Exit(EXIT_TOO_MANY_ERRORS)


@app.command(epilog="Example: spatialreward regions before.jpg after.jpg --overlay regions.png --masks masks")
def regions(
    source: Annotated[
        str,
        typer.Argument(metavar="A", help="The picture before the edit; or a folder of pairs, or a .jsonl of pairs."),
    ],
    edited: Annotated[str | None, typer.Argument(metavar="B", help="The picture after the edit.")] = None,
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

    Of many pairs (`regions DIR -o regions.jsonl`) DIR holds NAME.source.EXT and NAME.edited.EXT, with subfolders. A
    pair that cannot be measured is a line that says why (status error, reason, detail). An interrupted run goes on
    where it was when the same command is given again. NAME of a single pair is that of B; of a line of a .jsonl
    file, FILE.jsonl-LINE.

    Pictures may differ in size; JPEG, PNG, WebP, TIFF, BMP, GIF, up to 100 megapixels, at least 8 a side. Transparency
    is laid on white, deep pixels are scaled to 8 bits, of several frames the first counts.
    """
    from pipeline.regions_tool.settings import make_settings

    config = make_settings(override or [], masks_by, sam_checkpoint, sam_model_type, method)
    if edited is None:
        from pipeline.regions_tool.workers import Job

        _regions_of_many(source, out, Job(config, overlay, masks, steps), jobs, as_json)
        return
    from pipeline.regions_tool.single import measure_one, pretty_json, print_record

    if out:
        raise UserError(f"--out {out}: is for many pairs; of one pair --json prints the regions")
    record = measure_one(source, edited, config, overlay, masks, steps)
    if as_json:
        typer.echo(pretty_json(record))
    else:
        print_record(record, console)


def _regions_of_many(path: str, out: Path | None, job: "Job", jobs: int, as_json: bool) -> None:
    from pipeline.regions_tool.many import measure_many, print_summary

    if out is None or as_json:
        raise UserError(f"{path}: one path stands for many pairs: give -o FILE.jsonl, no --json; or give two pictures")
    summary = measure_many(path, out, job, jobs, console)
    print_summary(summary, console)
    if summary.nothing_read:
        raise typer.Exit(EXIT_USER_ERROR)


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


@app.command(epilog="Example: spatialreward validate demo --leaks")
def validate(
    out: DataSet,
    leaks: Annotated[
        bool, typer.Option("--leaks", help="Also look for photos of one split in another, by local features.")
    ] = False,
) -> None:
    """Check every sample, box, citation, score, rank, sum and split of a data set."""
    from pipeline.validate import validate_dataset

    result = validate_dataset(out)
    for problem in result.problems:
        console.print(problem, soft_wrap=True, markup=False)
    console.print(f"{out}: {result.samples} samples, {len(result.problems)} problems", soft_wrap=True, markup=False)
    leaking = leaks and _leaks(out)
    if result.problems or leaking:
        raise typer.Exit(1)


def _leaks(out: str) -> bool:
    from pipeline.leaks.find import find_leaks

    found = find_leaks(out, console)
    for leak in found.leaks:
        console.print(str(leak), soft_wrap=True, markup=False)
    console.print(
        f"{out}: {found.pictures} sources, {found.matched} pairs across splits matched, {len(found.leaks)} leaks; not "
        f"comparable: {found.faint} with too few corners, {found.unseen} that only lend pixels",
        soft_wrap=True,
        markup=False,
    )
    return bool(found.leaks)


@app.command(epilog="Example: spatialreward hashes benchmark -o gedit.parquet")
def hashes(
    pictures: Annotated[str, typer.Argument(metavar="DIR", help="What --sources of a build takes.")],
    out: Annotated[str, typer.Option("--out", "-o", help="List to write, NAME.parquet: NAME is the benchmark's.")],
) -> None:
    """Hash a benchmark's pictures into a list for `build --set dedup.benchmarks=[LIST]`, which keeps away from them."""
    from pipeline.hashes import write_hash_list

    listed = write_hash_list(pictures, out, console)
    for reject in listed.rejects:
        console.print(f"{reject.name}: {reject.reason} ({reject.detail})", soft_wrap=True, markup=False)
    if not listed.rows:
        raise UserError(f"{pictures}: none of {len(listed.rejects)} pictures can be read; nothing was written")
    instructions = len({row.instruction for row in listed.rows} - {"-"})
    console.print(
        f"{out}: {len(listed.rows)} pictures, {instructions} instructions; {len(listed.rejects)} files set aside",
        soft_wrap=True,
        markup=False,
    )


@app.command(epilog="Example: spatialreward inspect demo --key 0123456789abcdef-p000-c0")
def inspect(
    out: DataSet, key: Annotated[str | None, typer.Option(help="Key of a sample; the first if not given.")] = None
) -> None:
    """Show one sample: its record, and where its picture was written."""
    from pipeline.inspect import inspect_key

    inspect_key(out, key, console)


@app.command(epilog="Example: spatialreward stats demo")
def stats(out: DataSet) -> None:
    """Print the funnel, the reasons, and the counts of a data set."""
    from pipeline.report.summary import print_summary, summarise

    print_summary(summarise(out), console)


@app.command(epilog="Example: spatialreward plan --recipe spatialreward-260k --sources photos --vcpu-hour 0.06")
def plan(
    recipe: Annotated[str, typer.Option(help="Name of a built-in recipe, or the path of a YAML file.")],
    num_examples: Annotated[int | None, typer.Option(min=1, help="Examples to keep, if not the recipe's.")] = None,
    sources: Annotated[list[str] | None, typer.Option(help="As for a build.")] = None,
    measured: Annotated[
        str | None,
        typer.Option(metavar="DIR", help="Take the figures of this finished build; a short trial if not given."),
    ] = None,
    vcpu_hour: Annotated[float | None, typer.Option(min=0, help="Price of an hour of a virtual core.")] = None,
    gb_month: Annotated[float | None, typer.Option(min=0, help="Price of a stored gigabyte for a month.")] = None,
    gb_shuffle: Annotated[float | None, typer.Option(min=0, help="Price of a shuffled gigabyte.")] = None,
    override: Annotated[list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="Override a key.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON alone.")] = False,
) -> None:
    """Tell what a build takes before it is begun: hours, bytes, what would break first. Figures are measured."""
    from pipeline.config import load_recipe
    from pipeline.cost.plan import PlanRequest, print_build_plan
    from pipeline.cost.project import Prices

    overrides = [*(override or []), *([f"num_examples={num_examples}"] if num_examples is not None else [])]
    request = PlanRequest(
        recipe=load_recipe(recipe, overrides),
        sources=tuple(sources or ()),
        measured=measured,
        prices=Prices(vcpu_hour, gb_month, gb_shuffle),
        as_json=as_json,
    )
    print_build_plan(request, console, Console(highlight=False, stderr=True))


@app.command(epilog="Example: spatialreward report demo")
def report(out: DataSet) -> None:
    """Write charts, contact sheets and the gallery again, and print the summary."""
    from pipeline.report.write import write_report

    write_report(out, console)


@app.command(epilog="Example: spatialreward export demo --format preference -o pairs.jsonl --images images")
def export(
    out: DataSet,
    target: Annotated[Path, typer.Option("--out", "-o", help="The .jsonl file to write.")],
    format: Annotated[
        str,
        typer.Option(
            help="preference: better and worse of one source and instruction; llamafactory or ms-swift: conversations "
            "for these trainers, pictures in images/ beside the file."
        ),
    ],
    images: Annotated[
        Path | None,
        typer.Option(help="With preference: write the images here; else lines name SHARD.tar#MEMBER."),
    ] = None,
    include_disagreements: Annotated[
        bool, typer.Option("--include-disagreements", help="With preference: also pairs whose rank and score disagree.")
    ] = False,
) -> None:
    """Write a data set in the form that other trainers read."""
    from pipeline.export.conversations import TRAINERS, export_conversations

    if format in TRAINERS:
        if images or include_disagreements:
            raise UserError(f"--format {format}: takes no --images and no --include-disagreements")
        done = export_conversations(out, target, format, console)
        written = ", ".join(f"{count} of {split}" for split, count in done.written.items())
        left_out = ", ".join(f"{count} ({reason})" for reason, count in done.left_out.items()) or "none"
        console.print(f"{target}: conversations: {written}; left out: {left_out}", soft_wrap=True, markup=False)
        return
    from pipeline.export.preference import export_preferences

    if format != "preference":
        raise UserError(f"--format {format}: use preference, {' or '.join(TRAINERS)}")
    found = export_preferences(out, target, images, include_disagreements, console)
    console.print(
        f"{target}: {found.pairs} pairs; left out {found.ties} ties and {found.disagreements} whose rank and overall "
        "score disagree",
        soft_wrap=True,
        markup=False,
    )


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
        raise typer.Exit(EXIT_NOT_FINITE) from None


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
        raise typer.Exit(1) from None
    for name, agreement in agreements.items():
        console.print(f"{out}: {name}: {agreement}", soft_wrap=True, markup=False)


@app.command(epilog="Example: spatialreward reshard demo --out demo-small --samples 20")
def reshard(
    source: DataSet,
    out: Annotated[str, typer.Option(help="New folder for the data set.")],
    samples: Annotated[int, typer.Option(min=1, help="Samples per shard, at most; what belongs together stays so.")],
) -> None:
    """Write a data set again in smaller or larger shards; samples, splits and scores stay as they are.

    Training needs a shard for each of its readers: ranks x `data.workers`.
    """
    from pipeline.reshard import reshard

    manifest = reshard(source, out, samples, console)
    console.print(f"{out}: {sum(manifest.samples.values())} samples in {len(manifest.shards)} shards", markup=False)


@app.command(epilog="Example: spatialreward doctor")
def doctor() -> None:
    """Check that this installation can do its job, and say what to do where it cannot."""
    from pipeline.doctor import examine

    if not examine(console):
        raise typer.Exit(1)


def main() -> None:
    """Run the command line; a user's mistake is one line and exit code 2, a run that can go on later one and 4."""
    logging.basicConfig(level=logging.ERROR)  # a build writes a log of its own
    try:
        app()
    except UserError as error:
        typer.echo(f"spatialreward: {error}", err=True)
        sys.exit(EXIT_USER_ERROR)
    except InterruptedRunError as error:
        typer.echo(f"spatialreward: {error}", err=True)
        sys.exit(EXIT_INTERRUPTED)
