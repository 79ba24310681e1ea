"""What the verbs share."""

from typing import Annotated

import typer
from rich.console import Console

console = Console(highlight=False)

DataSet = Annotated[str, typer.Argument(metavar="DIR", help="Folder of a finished data set.")]
