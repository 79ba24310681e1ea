"""Recipes: YAML in, one validated model out; unknown keys are refused by name."""

import hashlib
from collections.abc import Iterable, Sequence
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, TypeVar, get_args

import yaml
from pydantic import Field, ValidationError, model_validator

import schemas
import transforms
from schemas.errors import UserError
from schemas.example import Model, canonical_json
from schemas.keys import digest
from transforms.dedup.config import DedupConfig
from transforms.edits.config import EditsConfig
from transforms.filters.rules import FiltersConfig
from transforms.regions.config import RegionsConfig
from transforms.shards.config import ShardsConfig
from transforms.sources.decode import DecodeLimits
from transforms.sources.takes import Takes
from transforms.splits.config import SplitsConfig
from transforms.splits.mixture import Component

DISTRIBUTION = "spatialreward-train"
FOLDER = "recipes"
"""Of the recipes for builds, inside this package."""
Settings = TypeVar("Settings", bound=Model)


class ExecutionConfig(Model):
    """How a build runs; nothing here changes a byte of the result."""

    round_sources: Annotated[int, Field(ge=1)] = 2000
    """Sources per local round: bounds memory and what a kill can lose."""
    made: str = "-"
    """Folder in which rendered candidates are kept, and found again by builds that differ in regions, judgements or
    filters alone; `-` for none. With one, pass 2 is cut before the regions."""
    accelerator: str = "-"
    """Where regions are derived, as Dataflow names it: `type:nvidia-l4;count:1;install-nvidia-driver`; `-` for no such
    place. With one, pass 2 is cut before the regions, and only what comes behind asks for it."""


class Recipe(Model):
    """All that decides what a data set is."""

    name: str
    description: str = "-"
    num_examples: Annotated[int, Field(ge=1)] | None = None
    """Examples to keep, at most one program more; when not given, all of imported pairs, or what the mixture adds up
    to."""
    oversample: Annotated[float, Field(ge=1)] = 1.3
    """Planned candidates per wanted example."""
    scenes: Annotated[int, Field(ge=0)] = 0
    """Rendered scenes beside the bundled photos, where no sources are given."""
    takes: Takes = "any"
    """What `--sources` may hold: `photos`, which are edited; `pairs`, which are imported while nothing is rendered; or
    `any`, each as it looks."""
    seed: int = 0
    max_reject_rate: Annotated[float, Field(gt=0, le=1)] = 0.5
    """Share of candidates and files that may fail with class `error` before the run ends with exit code 3."""
    decode: DecodeLimits = DecodeLimits()
    dedup: DedupConfig = DedupConfig()
    splits: SplitsConfig = SplitsConfig()
    edits: EditsConfig = EditsConfig()
    mixture: tuple[Component, ...] = ()
    """Components with settings and quotas of their own; empty for one, without quotas."""
    regions: RegionsConfig = RegionsConfig()
    filters: FiltersConfig = FiltersConfig()
    shards: ShardsConfig = ShardsConfig()
    execution: ExecutionConfig = ExecutionConfig()

    @model_validator(mode="after")
    def _mixture(self) -> "Recipe":
        names = [part.name for part in self.mixture]
        if len(set(names)) < len(names):
            raise ValueError(f"mixture: two components have one name ({', '.join(names)})")
        for part in self.mixture:
            self.edits_of(part)
        return self

    def edits_of(self, part: Component) -> EditsConfig:
        """Return the edits of a component: its own keys over those of `edits`.

        Raises:
            ValueError: an unknown key or a bad value; the message names it.
        """
        try:
            return EditsConfig.model_validate(_merged(self.edits.model_dump(), part.edits))
        except ValidationError as error:
            problem = error.errors()[0]
            key = ".".join(["edits", *map(str, problem["loc"])])
            raise ValueError(f"mixture, component {part.name}: {key}: {problem['msg']}") from None


def _merged(base: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    both = {name: _merged(base[name], value) for name, value in own.items() if isinstance(base.get(name), dict)}
    return base | own | both


def recipe_names(folder: str = FOLDER) -> list[str]:
    """Return the names of the built-in recipes."""
    names = [entry.name for entry in _folder(folder).iterdir()]
    return sorted(name.removesuffix(".yaml") for name in names if name.endswith(".yaml"))


def _folder(folder: str) -> Any:
    return files("pipeline").joinpath(folder)


def load_recipe(name_or_file: str, overrides: Sequence[str] = ()) -> Recipe:
    """Load a built-in recipe by name or a YAML file, and apply `key=value` overrides.

    Raises:
        UserError: no such recipe, bad YAML, an unknown key or a bad value; the message names it.
    """
    return load_settings(Recipe, FOLDER, name_or_file, overrides)


def load_settings(model: type[Settings], folder: str, name_or_file: str, overrides: Sequence[str] = ()) -> Settings:
    """Load a YAML file of settings, built-in by name or by path, and apply `key=value` overrides.

    Args:
        model: what the file holds.
        folder: of the built-in files, inside the package `pipeline`.
        name_or_file: which one.
        overrides: keys with dots, values in YAML.

    Raises:
        UserError: no such recipe, bad YAML, an unknown key or a bad value; the message names it.
    """
    data = _read(folder, name_or_file)
    for override in overrides:
        _override(data, override)
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise UserError(f"recipe {name_or_file}: {_first_problem(model, error)}") from None


def _read(folder: str, name_or_file: str) -> dict[str, Any]:
    if name_or_file in recipe_names(folder):
        text = (_folder(folder) / f"{name_or_file}.yaml").read_text(encoding="utf-8")
    elif name_or_file.endswith((".yaml", ".yml")) and Path(name_or_file).is_file():
        text = Path(name_or_file).read_text(encoding="utf-8")
    else:
        known = ", ".join(recipe_names(folder))
        raise UserError(f"--recipe {name_or_file}: no such recipe; use one of {known}, or the path of a .yaml file")
    try:
        data = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise UserError(f"recipe {name_or_file}: not valid YAML ({' '.join(str(error).split())})") from None
    if not isinstance(data, dict):
        raise UserError(f"recipe {name_or_file}: must be a mapping of keys to values; see those in pipeline/{folder}")
    return data


def _override(data: dict[str, Any], override: str) -> None:
    key, separator, value = override.partition("=")
    if not separator or not key:
        raise UserError(f"--set {override}: must be key=value, for example --set edits.max_edits=2")
    *parents, last = key.split(".")
    for parent in parents:
        data = data.setdefault(parent, {})
        if not isinstance(data, dict):
            raise UserError(f"--set {override}: {parent} is a value, it has no keys below it")
    try:
        data[last] = yaml.safe_load(value)
    except yaml.YAMLError:
        raise UserError(f"--set {override}: {value!r} is not a valid YAML value; quote it") from None


def _first_problem(model: type[Model], error: ValidationError) -> str:
    problem = error.errors()[0]
    key = ".".join(str(part) for part in problem["loc"])
    if problem["type"] == "extra_forbidden":
        return f"unknown key {key}; keys at that level: {', '.join(_siblings(model, problem['loc']))}"
    message = problem["msg"].removeprefix("Value error, ")
    return f"{key}: {message} (got {problem['input']!r})" if key else message


def _siblings(root: type[Model], location: Sequence[Any]) -> list[str]:
    model: Any = root
    for part in location[:-1]:
        model = get_args(model)[0] if isinstance(part, int) else model.model_fields[part].annotation
    return sorted(model.model_fields)


def config_hash(recipe: Recipe, sources: Iterable[str]) -> str:
    """Return 16 hex digits that stand for the resolved recipe, the sources by content, and the code that runs.

    Args:
        recipe: execution keys do not count, nor where hash lists and models lie.
        sources: one string per source or list, with its content's hash in it.
    """
    dedup = recipe.dedup.model_copy(update={"benchmarks": (), "embedding": "-"})
    resolved = canonical_json(recipe.model_copy(update={"execution": ExecutionConfig(), "dedup": dedup})).decode()
    return digest(resolved, version(DISTRIBUTION), code_digest(), *sorted(sources))[:16]


def code_digest(only: Sequence[str] = ("",)) -> str:
    """Return the sha256 of the installed sources of `transforms` and `schemas`, weights included.

    Edited code or other weights make staging stale.

    Args:
        only: what of `transforms` counts, as beginnings of paths in it.
    """
    result = hashlib.sha256()
    for package in (schemas, transforms):
        root = Path(package.__file__ or "").parent
        for path in sorted([*root.rglob("*.py"), *root.rglob("*.onnx")]):
            name = path.relative_to(root).as_posix()
            if package is schemas or name.startswith(tuple(only)):
                result.update(f"{name}\0".encode() + path.read_bytes())
    return result.hexdigest()
