"""The command line: one verb, one job. Heavy libraries are imported by the verb that needs them."""

import logging
import sys

import typer

from pipeline.cli import building, datasets, regions, training
from pipeline.cli.failures import code_of
from pipeline.notes import show_notes

app = typer.Typer(
    help="Build leak-free, box-annotated training sets for image-editing reward models.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for verbs in (building, datasets, regions, training):
    app.add_typer(verbs.app)


def main() -> None:
    """Run the command line; every error becomes a line and an exit code (`failures.code_of`)."""
    logging.basicConfig(level=logging.ERROR)  # a build writes a log of its own
    show_notes()
    try:
        app()
    except Exception as error:
        sys.exit(code_of(error))
