"""Whether a finished build failed too often to be called good."""

import io

import pyarrow.parquet as pq

from schemas.manifest import Manifest
from transforms import storage

MIN_ERRORS = 20
"""Fewer errors than this never fail a run, whatever their share."""


def error_rate_exceeded(out: str, manifest: Manifest, max_reject_rate: float) -> bool:
    """Return whether rows of class `error` are at least 20 and above `max_reject_rate` of all files and candidates."""
    data = storage.read_bytes(storage.join(out, "rejected.parquet"))
    classes = pq.read_table(io.BytesIO(data), columns=["class"])["class"].to_pylist()
    errors = classes.count("error")
    total = manifest.accounting.files_found + manifest.accounting.candidates_planned
    return errors >= MIN_ERRORS and errors > max_reject_rate * total
