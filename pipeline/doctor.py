"""Whether this installation can do its job: packages, bundled photos, a write, an optional model library."""

import importlib
import importlib.util
import tempfile
from collections.abc import Callable, Iterator

from rich.console import Console

from pipeline.config import load_recipe, recipe_names
from schemas.errors import UserError
from transforms import storage
from transforms.regions.network.model import load_network
from transforms.sources.bundled.photos import load_catalogue, read_photo_bytes

CORE = (
    "apache_beam",
    "datasets",
    "webdataset",
    "cv2",
    "onnxruntime",
    "PIL",
    "pyarrow",
    "skimage",
    "sklearn",
    "pydantic",
)
OPTIONAL = {
    "segment_anything": 'masks by Segment Anything: pip install "spatialreward-train[sam]"',
    "torch": 'masks by Segment Anything: pip install "spatialreward-train[sam]"',
}


def _import(name: str) -> str:
    module = importlib.import_module(name)
    return f"{name} {getattr(module, '__version__', '')}".strip()


def _photos() -> str:
    photos = load_catalogue()
    for photo in photos:
        read_photo_bytes(photo)
    return f"{len(photos)} bundled photos, each as it was catalogued"


def _network() -> str:
    if load_network() is None:
        raise UserError("its weights are not in the installed package; install it anew")
    return "region network"


def _recipes() -> str:
    for name in recipe_names():
        load_recipe(name)
    return f"recipes {', '.join(recipe_names())}"


def _write() -> str:
    with tempfile.TemporaryDirectory() as folder:
        storage.write_bytes(storage.join(folder, "probe"), b"x")
    return "temporary folder can be written"


def _checks() -> Iterator[tuple[str, Callable[[], str]]]:
    for name in CORE:
        yield name, lambda name=name: _import(name)  # type: ignore[misc]
    yield "photos", _photos
    yield "region network", _network
    yield "recipes", _recipes
    yield "write", _write


def examine(console: Console) -> bool:
    """Print one line per check; return whether everything that a build needs is there."""
    good = True
    for name, check in _checks():
        try:
            console.print(f"ok       {check()}", markup=False)
        except (ImportError, UserError, OSError) as error:
            good = False
            console.print(f"missing  {name}: {error}", markup=False, soft_wrap=True)
    for name, purpose in OPTIONAL.items():
        found = importlib.util.find_spec(name) is not None
        line = f"ok       {name}" if found else f"optional {name} is not installed ({purpose})"
        console.print(line, markup=False, soft_wrap=True)
    return good
