"""What an interrupted run has measured: kept beside the file it was to write, until that stands."""

import json
from pathlib import Path
from types import TracebackType

from pydantic import ValidationError

from pipeline.regions_tool.record import PairRegions
from schemas.errors import UserError
from schemas.example import canonical_json
from transforms import storage


class Unfinished:
    """The file `OUT.part`: a line that stands for the settings, then a line for each pair as it is measured.

    A run that finds one of its own settings takes over its lines; one of other settings, and a line that was cut off,
    are dropped. Used as a context, so that the file is closed whatever happens.

    Attributes:
        path: of the file.
        records: by pair's name, what is measured so far.
    """

    def __init__(self, out: Path, settings: str) -> None:
        """Open or begin.

        Args:
            out: the file that will hold the result.
            settings: stands for all that decides a line, but the pictures.

        Raises:
            UserError: nothing can be written there.
        """
        self.path = out.with_name(f"{out.name}.part")
        head = json.dumps({"settings": settings}).encode() + b"\n"
        self.records: dict[str, PairRegions] = {}
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            whole = self._take_over(head)
            self._stream = self.path.open("r+b" if whole else "wb")
            self._stream.truncate(whole)
            self._stream.seek(whole)
            if not whole:
                self._stream.write(head)
        except OSError as error:
            raise UserError(f"--out {out}: cannot be written ({error.strerror}); choose another place") from None

    def _take_over(self, head: bytes) -> int:
        """Read what an earlier run left; return how many bytes of it are good."""
        if not self.path.is_file():
            return 0
        whole = 0
        with self.path.open("rb") as stream:
            for number, line in enumerate(stream):
                if number == 0 and line != head:
                    return 0
                if number and not self._parse(line):
                    break
                whole += len(line)
        return whole

    def _parse(self, line: bytes) -> bool:
        try:
            record = PairRegions.model_validate_json(line)
        except ValidationError:
            return False
        self.records[record.name] = record
        return line.endswith(b"\n")

    def add(self, record: PairRegions) -> None:
        """Keep a record, safe from the end of this process."""
        self.records[record.name] = record
        self._stream.write(canonical_json(record) + b"\n")
        self._stream.flush()

    def __enter__(self) -> "Unfinished":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stream.close()
        if not self.records:
            self.path.unlink(missing_ok=True)

    def finish(self, out: Path, names: list[str]) -> None:
        """Write the records of `names`, in that order, as a whole or not at all, and remove the file beside it."""
        with storage.atomic_writer(str(out)) as stream:
            for name in names:
                stream.write(canonical_json(self.records[name]) + b"\n")
        self._stream.close()
        self.path.unlink()
