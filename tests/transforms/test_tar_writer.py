"""What a writer costs the process, and what it leaves to others who import webdataset."""

import subprocess
import sys

import pytest

pytest.importorskip("torch")


def said(*lines):
    return subprocess.run(
        [sys.executable, "-c", "\n".join(lines)], check=True, capture_output=True, text=True
    ).stdout.split()


def test_what_builds_imports_no_torch_though_it_is_there():
    assert said("import sys, pipeline.worker_process, pipeline.build", "print('torch' in sys.modules)") == ["False"]


def test_who_imports_webdataset_later_has_it_with_torch():
    kept = said(
        "from transforms.tar_writer import TarWriter",
        "import torch, webdataset",
        "print(issubclass(webdataset.WebDataset, torch.utils.data.IterableDataset))",
    )
    assert kept == ["True"]


def test_where_webdataset_was_first_it_is_the_one_used():
    kept = said(
        "import webdataset", "from transforms.tar_writer import TarWriter", "print(webdataset.TarWriter is TarWriter)"
    )
    assert kept == ["True"]
