"""The exit codes of every verb, in one place; docs/operations.md has them as a table."""

DONE = 0
FOUND = 1
"""A check found something: a damaged sample, a leak, a missing package, an export that answers otherwise."""
USER_ERROR = 2
TOO_MANY_ERRORS = 3
MACHINE = 4
"""The machine, its storage or a service failed; the same command goes on later."""
NOT_FINITE = 5
"""Training diverged."""
INTERNAL_ERROR = 70
"""A fault of this program (`EX_SOFTWARE` of sysexits.h)."""
SIGNAL = 128
"""Plus the number of the signal that ended the run: 129 hang-up, 130 interrupt (Ctrl-C), 143 termination."""
INTERRUPT = SIGNAL + 2
