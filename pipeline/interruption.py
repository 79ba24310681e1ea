"""Signals that end the command: Ctrl-C, SIGTERM and a closed terminal end it at any moment with one line.

The first signal raises an exception in the main thread, so that locks, leases and temporary folders are given back on
the way out; what libraries print meanwhile, and whatever exception they make of it, is not shown. A thread watches the
signals too: it ends what does not end by itself within `GRACE_SECONDS`, and everything at once on a second signal. What
is staged is safe, as it is when the process is killed. Only the command listens; whoever calls the library gets
KeyboardInterrupt as ever.
"""

import os
import select
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import NoReturn

from pipeline import exit_codes
from pipeline.processes import descendants, kill

GRACE_SECONDS = 5.0
"""Time for the way out after the first signal."""
UNDER_WAY_SECONDS = 0.3
"""How much later than its children this process may learn of a signal to all of them."""
WORDS = {signal.SIGINT: "interrupted", signal.SIGTERM: "terminated", signal.SIGHUP: "ended with its terminal"}
_SHOW_CURSOR = b"\x1b[?25h"


class TerminatedError(KeyboardInterrupt):
    """A request to end that is not Ctrl-C: libraries treat it as they treat KeyboardInterrupt."""


class _Command:
    """The state of the one command that this process runs."""

    def __init__(self, goes_on: bool) -> None:
        self.todo = "what is done so far is kept: run the same command again to go on" if goes_on else "run it again"
        self.caught: int | None = None
        self.is_raised = self.is_leaving = self.is_told = False
        self.at_once: list[Callable[[], None]] = []
        self.nowhere, self.errors = os.open(os.devnull, os.O_WRONLY), os.dup(2)

    def note(self, number: int) -> None:
        """Remember the first signal, and show nothing that is printed because of it. Safe in a signal handler."""
        if self.caught is None:
            self.caught = number
            os.dup2(self.nowhere, 2)

    def tell(self) -> None:
        """Write the one line."""
        if self.is_told or self.caught is None:
            return
        self.is_told = True
        start = "\n" if os.isatty(self.errors) else ""
        line = f"{start}spatialreward: {WORDS[signal.Signals(self.caught)]}; {self.todo}\n"
        with suppress(OSError):  # a terminal that is gone
            os.write(self.errors, line.encode())

    def end(self) -> NoReturn:
        """End this process and all that it started, now."""
        kill(descendants())
        with suppress(OSError):
            if os.isatty(1):
                os.write(1, _SHOW_CURSOR)
        self.tell()
        os._exit(exit_codes.SIGNAL + (self.caught or 0))


_command: _Command | None = None


def listen(goes_on: bool) -> None:
    """Listen to signals from now on, in the main thread of a command. Those that are ignored stay so (nohup).

    Args:
        goes_on: whether the same command goes on where it was, or begins again.
    """
    global _command
    _command = _Command(goes_on)
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    for number in WORDS:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _raise)
    os.register_at_fork(after_in_child=_forget)
    threading.Thread(target=_follow, args=(_command, reading), daemon=True, name="signals").start()


def caught(wait: bool = False) -> int | None:
    """Return the signal that ends this command, None if there was none.

    Args:
        wait: before None is returned, wait a moment: the cause of a child's end may be under way to this process.
    """
    if _command is None:
        return None
    deadline = time.monotonic() + UNDER_WAY_SECONDS * wait
    while _command.caught is None and time.monotonic() < deadline:
        time.sleep(0.02)
    return _command.caught


@contextmanager
def children_end_at_once() -> Iterator[None]:
    """Kill this process's children as soon as a signal is caught in the block, as nobody there waits for them."""
    if _command is None:
        yield
        return

    def end_them() -> None:
        kill(descendants())

    _command.at_once.append(end_them)
    try:
        yield
    finally:
        _command.at_once.remove(end_them)


def begin_leaving() -> int | None:
    """Return the exit code that a signal has made; no signal raises in the main thread from here on."""
    if _command is None:
        return None
    _command.is_leaving = True
    return None if _command.caught is None else exit_codes.SIGNAL + _command.caught


def end() -> NoReturn:
    """End this command and its children with the line and the code of the signal that was caught."""
    assert _command is not None
    _command.end()


def _raise(number: int, frame: FrameType | None) -> None:
    command = _command
    if command is None:
        return
    command.note(number)
    if not command.is_raised and not command.is_leaving:
        command.is_raised = True
        raise KeyboardInterrupt if number == signal.SIGINT else TerminatedError


def _follow(command: _Command, reading: int) -> None:
    """Follow the signals in a thread: the main thread may be held up in a library for long."""
    deadline: float | None = None
    while True:
        left = None if deadline is None else max(0.0, deadline - time.monotonic())
        if not select.select([reading], [], [], left)[0]:
            command.end()
        for number in os.read(reading, 64):
            if number not in WORDS or signal.getsignal(number) is not _raise:
                continue
            if deadline is not None:
                command.end()
            command.note(number)
            deadline = time.monotonic() + GRACE_SECONDS
            for call in [*command.at_once]:
                call()


def _forget() -> None:
    """Leave signals to the parent, in a forked child: its copies of the handlers would speak for the command."""
    global _command
    _command = None
    signal.set_wakeup_fd(-1)
    for number in WORDS:
        if signal.getsignal(number) is _raise:
            signal.signal(number, signal.SIG_DFL if number == signal.SIGTERM else signal.SIG_IGN)


def leave_to_parent() -> None:
    """Leave Ctrl-C and a closed terminal to the parent, in a worker: they reach the whole group of processes."""
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
