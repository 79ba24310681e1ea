"""Verbs that build a data set, and that say before what it will take and whether this installation can."""

import json
import time
from typing import Annotated, Any

import typer
from rich.console import Console
from typer.core import TyperCommand

from pipeline import exit_codes
from pipeline.cli.shared import console
from schemas.errors import UserError

app = typer.Typer()


class _WithBeamFlags(TyperCommand):
    """A command that takes flags of Beam's behind `--`; the error for one in front of it says so."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse as ever."""
        try:
            return super().parse_args(ctx, args)
        except Exception as error:
            if type(error).__name__ == "NoSuchOption":  # typer has a copy of click of its own, or not
                error.message += "; flags of Apache Beam's go after --"  # type: ignore[attr-defined]
            raise


@app.command(
    cls=_WithBeamFlags,
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
            help="Folder of photos or pairs (photos:DIR, pairs:DIR to say which), file of pairs (.jsonl, .json, .csv), "
            "scenes:NUMBER, bundled:, or coco:ANNOTATIONS.json:IMAGES; may be given several times. Bundled photos and "
            "what the recipe adds if not given."
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
    from pipeline.config import load_recipe

    overrides = list(override or [])
    overrides += [f"num_examples={num_examples}"] if num_examples is not None else []
    overrides += [f"seed={seed}"] if seed is not None else []
    if sam_checkpoint:
        overrides += ["regions.masks=sam", f"regions.sam_checkpoint={json.dumps(sam_checkpoint)}"]
    loaded = load_recipe(recipe, overrides)
    if log_level not in ("debug", "info", "warning", "error"):
        raise UserError(f"--log-level {log_level}: use debug, info, warning or error")

    # Beam takes seconds to import: after what can be told without it.
    from pipeline.beam_flags import check_beam_flags

    check_beam_flags(context.args, [name for option in context.command.params for name in option.opts])
    from pipeline.beam_flags import check_beam_flags

    check_beam_flags(context.args, [name for option in context.command.params for name in option.opts])
    from pipeline.build import BuildRequest, build
    from pipeline.cost.meter import metered
    from pipeline.logs import is_untouched, write_run
    from pipeline.report.write import print_report, write_report
    from pipeline.result import error_rate_exceeded
    from schemas.plan import Rights
    from transforms import storage
    from transforms.texts.clean import clean_text

    request = BuildRequest(
        recipe=loaded,
        out=out,
        sources=tuple(sources or ()),
        rights=Rights(license=clean_text(license) or "unknown", attribution=clean_text(attribution) or "-"),
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
        raise typer.Exit(exit_codes.TOO_MANY_ERRORS)
    (print_report if is_finished else write_report)(out, console)
    if error_rate_exceeded(out, loaded.max_reject_rate):
        console.print(f"More than {loaded.max_reject_rate:.0%} of the records failed: see {out}/rejected.parquet.")
        raise typer.Exit(exit_codes.TOO_MANY_ERRORS)


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

    overrides = [*(override or []), *([f"num_examples={num_examples}"] if num_examples is not None else [])]
    loaded = load_recipe(recipe, overrides)

    # As in `build`: Beam takes seconds.
    from pipeline.cost.plan import PlanRequest, print_build_plan
    from pipeline.cost.project import Prices

    request = PlanRequest(
        recipe=loaded,
        sources=tuple(sources or ()),
        measured=measured,
        prices=Prices(vcpu_hour, gb_month, gb_shuffle),
        as_json=as_json,
    )
    print_build_plan(request, console, Console(highlight=False, stderr=True))


@app.command(epilog="Example: spatialreward doctor")
def doctor() -> None:
    """Check that this installation can do its job, and say what to do where it cannot."""
    from pipeline.doctor import examine

    if not examine(console):
        raise typer.Exit(exit_codes.FOUND)
