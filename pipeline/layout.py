"""Where things lie below the output folder while a build runs."""

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.lock import lock_folder
from schemas.plan import SourceRecord
from schemas.reject import Reject
from transforms import storage

STAGING = "staging"


@dataclass(frozen=True)
class Layout:
    """Folders of one build.

    Attributes:
        out: the output folder.
        token: of the run that holds the locks, `-` where the workers are not of this machine.
        config_hash: names the staging of this configuration; `-` before it is known (pass 1).
    """

    out: str
    token: str
    config_hash: str = "-"

    @property
    def staging(self) -> str:
        """Staged tars and commit marks of this configuration."""
        return storage.join(self.out, STAGING, self.config_hash)

    @property
    def pids(self) -> str:
        """One empty file per worker process of this run."""
        return storage.join(lock_folder(self.out), STAGING, "workers")

    @property
    def inspected(self) -> str:
        """What pass 1 found."""
        return storage.join(self.out, STAGING, "inspected.jsonl")

    def write_inspected(self, found: Sequence[SourceRecord | Reject]) -> None:
        """Write the result of pass 1, records and rows mixed."""
        lines = [f"{type(entry).__name__} {entry.model_dump_json()}\n" for entry in found]
        storage.write_bytes(self.inspected, "".join(sorted(lines)).encode())

    def read_inspected(self) -> tuple[list[SourceRecord], list[Reject]]:
        """Return the records and the rows that pass 1 wrote."""
        records, rejects = [], []
        for line in storage.read_bytes(self.inspected).decode().splitlines():
            kind, _, text = line.partition(" ")
            if kind == "SourceRecord":
                records.append(SourceRecord.model_validate_json(text))
            else:
                rejects.append(Reject.model_validate_json(text))
        return records, rejects
