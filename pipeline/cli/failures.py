"""The command's answer to an error: one line that says what to do, an exit code, and a traceback for a bug alone."""

import errno
import logging
from concurrent.futures.process import BrokenProcessPool

import typer

from pipeline import exit_codes, interruption
from schemas.errors import InterruptedRunError, UserError
from transforms.retry import interrupted
from transforms.shortage import shortage_error, shortage_of

_OF_THE_USER = {errno.EACCES, errno.EISDIR, errno.ELOOP, errno.ENAMETOOLONG, errno.ENOENT, errno.ENOTDIR, errno.EPERM}
"""What a path has that the user gave: it is missing, denied, or of another kind."""


def code_of(error: Exception) -> int:
    """Print what went wrong and return the exit code."""
    if interruption.caught(wait=not isinstance(error, UserError)) is not None:
        return exit_codes.SIGNAL  # the cause is the signal, which is told at the end
    known = _known(error)
    if isinstance(known, UserError):
        _say(str(known))
        return exit_codes.USER_ERROR
    if known is not None:
        _say(str(known))
        return exit_codes.MACHINE
    logging.getLogger(__name__).critical("internal error", exc_info=error)
    cause = f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"
    _say(
        f"internal error: {cause}; this is a fault of the program: please report it with the traceback "
        f"({_log_path() or 'above'})"
    )
    return exit_codes.INTERNAL_ERROR


def _known(error: Exception) -> UserError | InterruptedRunError | None:
    """Return what to tell of an error that has a cause outside this program; None for a bug."""
    if isinstance(error, (UserError, InterruptedRunError)):
        return error
    if (short := shortage_of(error)) is not None:
        return shortage_error(short)
    if isinstance(error, BrokenProcessPool):
        advice = "run the same command again, with fewer --jobs if memory was short"
        return InterruptedRunError(f"a worker process died; {advice}")
    if isinstance(error, OSError) and error.errno is not None and error.filename:
        if error.errno in _OF_THE_USER:
            return UserError(f"{error.filename}: {error.strerror}; see that the path and its rights are right")
        return interrupted(str(error.filename), error)
    return None


def _say(line: str) -> None:
    typer.echo(f"spatialreward: {line}", err=True)


def _log_path() -> str | None:
    """Return the file that this process logs into, None if it logs to standard error."""
    found = [handler for handler in logging.getLogger().handlers if isinstance(handler, logging.FileHandler)]
    return found[0].baseFilename if found else None
