"""Where things lie below the output folder while a build runs."""

from dataclasses import dataclass

from pipeline.lock import lock_folder
from transforms import storage

STAGING = "staging"


@dataclass(frozen=True)
class Layout:
    """Folders of one build.

    Attributes:
        out: the output folder.
        token: of the run that holds the locks, `-` where the workers are not of this machine.
        config_hash: names the staging of this configuration; `-` before it is known (pass 1).
        extends: what is built is added to another data set, and both go to `out` when it is finished.
    """

    out: str
    token: str
    config_hash: str = "-"
    extends: bool = False

    @property
    def dataset(self) -> str:
        """Where the build writes its data set."""
        return storage.join(self.out, STAGING, "added") if self.extends else self.out

    @property
    def staging(self) -> str:
        """Staged tars and commit marks of this configuration."""
        return storage.join(self.out, STAGING, self.config_hash)

    @property
    def made(self) -> str:
        """Candidates that are not measured yet, where pass 2 is cut and the recipe names no other folder."""
        return storage.join(self.out, STAGING, "made")

    @property
    def pids(self) -> str:
        """One empty file per worker process of this run."""
        return storage.join(lock_folder(self.out), STAGING, "workers")

    @property
    def work(self) -> str:
        """Lists of what the passes of this run are to do."""
        return storage.join(self.out, STAGING, "work")

    @property
    def inspected(self) -> str:
        """What pass 1 of this run found, a file per span of sources."""
        return storage.join(self.out, STAGING, "inspected")

    @property
    def lists(self) -> str:
        """Copies of the hash lists that this run keeps away from."""
        return storage.join(self.out, STAGING, "lists")

    @property
    def embedder(self) -> str:
        """A copy of the model for embeddings, where the recipe names one."""
        return storage.join(self.out, STAGING, "embedding.onnx")

    @property
    def near(self) -> str:
        """Near pairs of very many hashes, in files."""
        return storage.join(self.out, STAGING, "near")

    @property
    def tables(self) -> str:
        """Tables between the steps of pass 3."""
        return storage.join(self.out, STAGING, "tables")
