"""The exceptions that end a run with one line: a user's mistake, and a run that ends early but can go on."""


class UserError(ValueError):
    """A mistake in a recipe, flag, path or file that the user can mend.

    The message is one line that names the file, key or flag, says what is wrong and what to do.
    The command line prints it without a traceback and exits with code 2.
    """


class InterruptedRunError(Exception):
    """The machine or its storage failed (disk full, store out of reach, process killed); what is staged is safe.

    The message is one line that names the place, the cause and what to do.
    The command line prints it without a traceback and exits with code 4; the same command goes on later.
    """
