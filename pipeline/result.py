"""Whether a finished build failed too often to be called good."""

from pipeline.dataset import open_dataset

MIN_ERRORS = 20
"""Fewer errors than this never fail a run, whatever their share."""


def error_rate_exceeded(out: str, max_reject_rate: float) -> bool:
    """Return whether rows of class `error` are at least 20 and above `max_reject_rate` of all files and candidates."""
    dataset = open_dataset(out)
    errors = sum(row["class"] == "error" for row in dataset.rejects)
    accounting = dataset.manifest.accounting
    return errors >= MIN_ERRORS and errors > max_reject_rate * (accounting.files_found + accounting.candidates_planned)
