"""The one exception for a user's mistake."""


class UserError(ValueError):
    """A mistake in a recipe, flag, path or file that the user can mend.

    The message is one line that names the file, key or flag, says what is wrong and what to do.
    The command line prints it without a traceback and exits with code 2.
    """
