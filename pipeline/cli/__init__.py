"""The command line: one verb, one job. Heavy libraries are imported by the verb that needs them."""

import logging
import sys
from collections.abc import Sequence
from itertools import takewhile

import typer

from pipeline.cli import building, datasets, regions, training
from pipeline.cli.failures import code_of
from pipeline.notes import show_notes
from schemas.errors import UserError

app = typer.Typer(
    help="Build leak-free, box-annotated training sets for image-editing reward models.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for verbs in (building, datasets, regions, training):
    app.add_typer(verbs.app)


def check_arguments(arguments: Sequence[str]) -> None:
    """Refuse an argument that is empty: a variable of the shell that is not set would name the current folder.

    Args:
        arguments: of the command line, without the command; what follows `--` is not ours.

    Raises:
        UserError: names the option.
    """
    ours = list(takewhile(lambda argument: argument != "--", arguments))
    for before, argument in zip(["", *ours], ours, strict=False):
        option, equals, value = argument.partition("=")
        if not argument.strip() or (option.startswith("--") and equals and not value.strip()):
            name = option if option.startswith("--") else before if before.startswith("-") else "an argument"
            raise UserError(f"{name}: is empty; give it a value (is a variable of the shell not set?)")


def main() -> None:
    """Run the command line; every error becomes a line and an exit code (`failures.code_of`)."""
    logging.basicConfig(level=logging.ERROR)  # a build writes a log of its own
    show_notes()
    try:
        check_arguments(sys.argv[1:])
        app()
    except Exception as error:
        sys.exit(code_of(error))
