"""Small real builds, made once per session through the command line."""

from pathlib import Path

import pytest
from commands import SMALL, spatialreward


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
