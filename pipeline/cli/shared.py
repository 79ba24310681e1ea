"""What the verbs share."""

from typing import Annotated

import typer
from rich.console import Console

EXIT_USER_ERROR, EXIT_TOO_MANY_ERRORS, EXIT_INTERRUPTED, EXIT_NOT_FINITE = 2, 3, 4, 5

console = Console(highlight=False)

DataSet = Annotated[str, typer.Argument(metavar="DIR", help="Folder of a finished data set.")]
