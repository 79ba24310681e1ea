"""Verbs for what is finished: look, check, report, write in another form; and hash lists of benchmarks."""

from pathlib import Path
from typing import Annotated

import typer

from pipeline import exit_codes
from pipeline.cli.shared import DataSet, console
from schemas.errors import UserError

app = typer.Typer()


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
        raise typer.Exit(exit_codes.FOUND)


def _leaks(out: str) -> bool:
    from pipeline.leaks.find import find_leaks

    found = find_leaks(out, console)
    for leak in found.leaks:
        console.print(str(leak), soft_wrap=True, markup=False)
    console.print(
        f"{out}: {found.pictures} pictures, {found.matched} pairs across splits matched, {len(found.leaks)} leaks; not "
        f"comparable: {found.faint} with too few corners, {found.unseen} that only lend pixels",
        soft_wrap=True,
        markup=False,
    )
    return bool(found.leaks)


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
        f"score disagree{''.join(f', {count} ({reason})' for reason, count in found.special.items())}",
        soft_wrap=True,
        markup=False,
    )


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
