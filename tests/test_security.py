"""What no source of ours may do: run code that a file brings along, or unpack one by the paths that it names."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
UNSAFE_MODULES = {"pickle", "cPickle", "_pickle", "cloudpickle", "dill", "joblib", "marshal", "shelve", "zipfile"}
SAFE_YAML = {"safe_load", "safe_dump", "YAMLError"}
UNSAFE_CALLS = {"eval", "exec", "compile", "__import__", "os.system", "shutil.unpack_archive", "pd.read_pickle"}
UNSAFE_METHODS = {"extractall", "extract", "unpack_archive", "read_pickle", "to_pickle"}
REQUIRED = {
    "np.load": ("allow_pickle", False),
    "np.save": ("allow_pickle", False),
    "torch.load": ("weights_only", True),
}
ONE_PLACE = {
    "tarfile.open": {"transforms/tars.py", "transforms/shards/staging.py"},
    "Image.open": {"transforms/sources/decode.py", "transforms/shards/codec.py", "pipeline/regions_train/pictures.py"},
}
"""Where files are opened whose headers may lie: these modules check what they say (staging reads its own bytes)."""


def name_of(node):
    """Return a dotted name, `-` for other expressions."""
    if isinstance(node, ast.Name):
        return node.id
    return f"{name_of(node.value)}.{node.attr}" if isinstance(node, ast.Attribute) else "-"


def constant(call, keyword):
    return next((getattr(word.value, "value", "-") for word in call.keywords if word.arg == keyword), "missing")


def call_faults(call, place):
    name = name_of(call.func).replace("numpy.", "np.")
    if name in UNSAFE_CALLS or name.rpartition(".")[2] in UNSAFE_METHODS:
        yield f"calls {name}"
    if name in REQUIRED and constant(call, REQUIRED[name][0]) is not REQUIRED[name][1]:
        yield f"calls {name} without {REQUIRED[name][0]}={REQUIRED[name][1]}"
    if name in ONE_PLACE and place not in ONE_PLACE[name]:
        yield f"calls {name} beside the module that checks"
    for keyword in ("shell", "trust_remote_code", "allow_pickle"):
        if constant(call, keyword) not in (False, "missing"):
            yield f"calls {name} with {keyword}"


def faults(source, place="x.py"):
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            modules = [node.module or ""]
            if node.module == "yaml":
                yield from (f"imports yaml.{alias.name}" for alias in node.names if alias.name not in SAFE_YAML)
        else:
            modules = []
        yield from (f"imports {module}" for module in modules if module.partition(".")[0] in UNSAFE_MODULES)
        if isinstance(node, ast.Attribute) and name_of(node.value) == "yaml" and node.attr not in SAFE_YAML:
            yield f"uses yaml.{node.attr}"
        if isinstance(node, ast.Call):
            yield from call_faults(node, place)


def test_no_source_of_ours_does_it():
    paths = [path for name in ("schemas", "transforms", "pipeline") for path in (ROOT / name).rglob("*.py")]
    assert len(paths) > 200
    places = {str(path.relative_to(ROOT)): path.read_text(encoding="utf-8") for path in paths}
    found = {place: list(faults(source, place)) for place, source in places.items()}
    assert {place: lines for place, lines in found.items() if lines} == {}


@pytest.mark.parametrize(
    "source",
    [
        "import pickle",
        "def f():\n    from cloudpickle import loads",
        "import yaml\nyaml.load(text, Loader=yaml.Loader)",
        "import yaml\nyaml.unsafe_load(text)",
        "from yaml import load",
        "np.load(path)",
        "np.load(path, allow_pickle=True)",
        "numpy.load(path, allow_pickle=flag)",
        "torch.load(path)",
        "torch.load(path, weights_only=False)",
        "tar.extractall(folder)",
        "tarfile.open(path)",
        "Image.open(path)",
        "subprocess.run(line, shell=True)",
        "AutoModel.from_pretrained(name, trust_remote_code=True)",
        "eval(text)",
        "import zipfile",
    ],
)
def test_it_would_be_found(source):
    assert list(faults(source))


@pytest.mark.parametrize(
    "source", ["yaml.safe_load(text)", "np.load(path, allow_pickle=False)", "torch.load(path, weights_only=True)"]
)
def test_what_is_safe_is_let_through(source):
    assert list(faults(source)) == []
