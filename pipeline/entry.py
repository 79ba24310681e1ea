"""Start of the command: our packages have plain names, so make sure that no other package stands in front of them."""

import importlib.util
import sys
from pathlib import Path

MARKS = {"schemas": "example.py", "transforms": "candidate.py"}
"""A file that ours has."""


def foreign_package() -> str | None:
    """Return what to say when another package of one of our names would be imported; None when all is well."""
    for name, mark in MARKS.items():
        spec = importlib.util.find_spec(name)
        folders = list(spec.submodule_search_locations or []) if spec else []
        if not any((Path(folder) / mark).is_file() for folder in folders):
            where = folders[0] if folders else "nowhere"
            return (
                f"the package `{name}` that Python finds ({where}) is not that of spatialreward-train; "
                "install into a virtual environment of its own, and do not start in a folder with that name in it"
            )
    return None


def main() -> None:
    """Run the command line."""
    if (problem := foreign_package()) is not None:
        sys.exit(f"spatialreward: {problem}")
    from pipeline.cli import main as run

    run()


if __name__ == "__main__":
    main()
