"""Pure modules stay pure: loading them names neither Beam nor torch, so they serve without them."""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[1]
HEAVY = {"apache_beam", "torch", "segment_anything"}
BEAM_MODULES = {"stage.py"}


def imported_on_load(path):
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield (node.module or "").partition(".")[0]


def test_no_pure_module_loads_beam_or_torch():
    paths = [path for name in ("schemas", "transforms") for path in (ROOT / name).rglob("*.py")]
    pure = [path for path in paths if path.name not in BEAM_MODULES]
    assert len(pure) > 80
    assert {str(path.relative_to(ROOT)): HEAVY & set(imported_on_load(path)) for path in pure} == {
        str(path.relative_to(ROOT)): set() for path in pure
    }
