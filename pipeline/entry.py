"""Start of the command: our packages have plain names, so make sure that no other package stands in front of them."""

import atexit
import importlib.util
import os
import sys
import threading
import traceback
from pathlib import Path
from typing import NoReturn

from pipeline import exit_codes, interruption, streams
from pipeline.processes import descendants, kill

MARKS = {"schemas": "example.py", "transforms": "candidate.py"}
"""A file that ours has."""
GOES_ON = ("build", "regions", "regions-train", "train")
"""Verbs that go on where they were when the same command is given again; the others begin again."""


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
    streams.make_lasting()
    interruption.listen(goes_on=any(verb in GOES_ON for verb in sys.argv[1:2]))
    try:
        leave(_run())
    except KeyboardInterrupt:  # raised while an error was told
        leave(exit_codes.INTERRUPT)


def _run() -> str | int | None:
    """Run the command line; return what it gives `SystemExit`."""
    if (problem := foreign_package()) is not None:
        print(f"spatialreward: {problem}", file=sys.stderr)
        return exit_codes.USER_ERROR
    try:
        from pipeline.cli import main as run

        run()
    except SystemExit as end:
        return end.code
    except KeyboardInterrupt:
        return exit_codes.INTERRUPT
    except BaseException:
        traceback.print_exc()
        return exit_codes.INTERNAL_ERROR
    return exit_codes.DONE


def leave(code: str | int | None) -> NoReturn:
    """End the process as `sys.exit` does, but without taking the interpreter down.

    Daemon threads of libraries (Arrow's, gRPC's) that wake up meanwhile are ended inside their C++, which aborts the
    process: exit code 134 although everything was done. What is registered for the end runs first. After a signal
    nobody is waited for.

    Args:
        code: of `SystemExit`.
    """
    stopped = interruption.begin_leaving()
    if stopped is None:
        if isinstance(code, str):
            print(code, file=sys.stderr)
        threading._shutdown()  # type: ignore[attr-defined]  # waits for threads that are no daemons, as Python does
    else:
        kill(descendants())
    atexit._run_exitfuncs()
    sys.stdout.flush()
    if stopped is not None:
        interruption.end()
    if (lost := streams.lost_output()) is not None:
        print(f"spatialreward: the output could not be written ({lost}); lead it elsewhere", file=sys.stderr)
        code = code or exit_codes.MACHINE
    sys.stderr.flush()
    os._exit(1 if isinstance(code, str) else code or 0)


if __name__ == "__main__":
    main()
