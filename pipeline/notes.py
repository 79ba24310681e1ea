"""What there is to say about the sources that are found, on the terminal."""

import logging


def show_notes() -> None:
    """Print on stderr, a line each, what there is to say about the sources that are found, whatever the log's level."""
    notes = logging.StreamHandler()
    notes.setFormatter(logging.Formatter("spatialreward: %(message)s"))
    logger = logging.getLogger("transforms.sources")
    logger.setLevel(logging.WARNING)
    logger.handlers = [notes]
    for handler in logging.getLogger().handlers:
        handler.setLevel(logging.ERROR)
