"""The command line: one verb, one job. Heavy libraries are imported by the verb that needs them."""

import logging
import sys

import typer

from pipeline.cli import building, datasets, regions, training
from pipeline.cli.shared import EXIT_INTERRUPTED, EXIT_USER_ERROR
from pipeline.notes import show_notes
from schemas.errors import InterruptedRunError, UserError

app = typer.Typer(
    help="Build leak-free, box-annotated training sets for image-editing reward models.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for verbs in (building, datasets, regions, training):
    app.add_typer(verbs.app)


def main() -> None:
    """Run the command line; a user's mistake is one line and exit code 2, a run that can go on later one and 4."""
    logging.basicConfig(level=logging.ERROR)  # a build writes a log of its own
    show_notes()
    try:
        app()
    except UserError as error:
        typer.echo(f"spatialreward: {error}", err=True)
        sys.exit(EXIT_USER_ERROR)
    except InterruptedRunError as error:
        typer.echo(f"spatialreward: {error}", err=True)
        sys.exit(EXIT_INTERRUPTED)
