"""What decides bytes besides recipe and sources: library versions, the lock file, CPU features."""

import json
import platform
from importlib.metadata import PackageNotFoundError, version

import cv2

from pipeline.config import DISTRIBUTION
from schemas.errors import UserError
from transforms import storage

DECIDING = (
    "numpy",
    "onnxruntime",
    "opencv-python-headless",
    "pillow",
    "pyarrow",
    "scikit-image",
    "scipy",
    "webdataset",
)
OPTIONAL = ("torch", "segment-anything", "pillow-heif", "pillow-avif-plugin")


def versions() -> dict[str, str]:
    """Return the versions of the package, of Python, and of the libraries that decide bytes."""
    found = {"python": platform.python_version(), DISTRIBUTION: version(DISTRIBUTION)}
    found |= {name: version(name) for name in DECIDING}
    for name in OPTIONAL:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def cpu_features() -> list[str]:
    """Return the CPU features that OpenCV found in use: they decide how floats are rounded.

    Of its line, `*` marks those that it has code of their own for, and `?` those that this processor lacks.
    """
    return sorted(word.lstrip("*") for word in cv2.getCPUFeaturesLine().split() if not word.endswith("?"))


def check_same_machine(folder: str, allow_mixed: bool) -> None:
    """Refuse to resume staging that another machine or other versions began.

    Raises:
        UserError: `folder` was begun under another fingerprint and `allow_mixed` is False.
    """
    path = storage.join(folder, "machine.json")
    mine = {"versions": versions(), "cpu_features": cpu_features()}
    if not storage.exists(path):
        storage.write_bytes(path, json.dumps(mine, sort_keys=True).encode())
        return
    theirs = json.loads(storage.read_bytes(path))
    if theirs != mine and not allow_mixed:
        differing = [name for name in mine if theirs.get(name) != mine[name]]
        raise UserError(
            f"{folder}: begun under other {' and '.join(differing)}, so bytes may differ; "
            "finish it there, remove the folder, or pass --allow-mixed-machines"
        )
