"""Small real builds, made once per session through the command line."""

from pathlib import Path

import pytest
from commands import SMALL, spatialreward
from emulator import BUCKET, storage_emulator


@pytest.fixture(scope="session")
def small_build(tmp_path_factory) -> Path:
    """A small data set from the bundled photos, one worker."""
    out = tmp_path_factory.mktemp("small") / "out"
    spatialreward("build", "--recipe", "demo", "--out", out, *SMALL)
    return out


@pytest.fixture(scope="module")
def one_torch_thread():
    """One thread for torch: another number of threads rounds otherwise."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def object_store(tmp_path_factory):
    """Environment variables of a storage emulator with an empty bucket, for processes; see `gs` for this process."""
    with storage_emulator(tmp_path_factory.mktemp("emulator")) as environment:
        yield environment


@pytest.fixture(scope="module")
def gs(object_store):
    """Lead this process to the storage emulator too; the bucket's address."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in object_store.items():
            patch.setenv(name, value)
        yield f"gs://{BUCKET}"
