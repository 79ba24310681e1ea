"""Notes about the sources that were found, on the terminal."""

import logging


def show_notes() -> None:
    """Print warnings about sources on stderr, a line each, whatever the level of the log."""
    notes = logging.StreamHandler()
    notes.setFormatter(logging.Formatter("spatialreward: %(message)s"))
    logger = logging.getLogger("transforms.sources")
    logger.setLevel(logging.WARNING)
    logger.handlers = [notes]
    for handler in logging.getLogger().handlers:
        handler.setLevel(logging.ERROR)
