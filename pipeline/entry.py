"""Start of the command: our packages have plain names, so make sure that no other package stands in front of them."""

import atexit
import importlib.util
import os
import sys
import threading
from pathlib import Path
from typing import NoReturn

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

    try:
        run()
    except SystemExit as end:
        leave(end.code)


def leave(code: str | int | None) -> NoReturn:
    """End the process as `sys.exit` does, but without taking the interpreter down.

    Daemon threads of libraries (Arrow's, gRPC's) that wake up meanwhile are ended inside their C++, which aborts the
    process: exit code 134 although everything was done. What is registered for the end runs first.

    Args:
        code: of `SystemExit`.
    """
    if isinstance(code, str):
        print(code, file=sys.stderr)
    threading._shutdown()  # type: ignore[attr-defined]  # waits for threads that are no daemons, as the interpreter does
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(1 if isinstance(code, str) else code or 0)


if __name__ == "__main__":
    main()
