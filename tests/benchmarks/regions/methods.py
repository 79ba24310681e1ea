"""Methods side by side: the region chain under its settings, and the naive baselines."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import yaml
from pydantic import ValidationError

from benchmarks.regions.baselines import BASELINES, components, same_size
from schemas.errors import UserError
from schemas.geometry import BoxXYXY, xyxy_from_mask
from transforms.regions.config import RegionsConfig
from transforms.regions.derive import derive_regions
from transforms.regions.refiner import make_refiner
from transforms.regions.result import MaskRefiner

OURS = ("classical", "classical+grabcut", "network", "network+grabcut")
"""Names of our rows: who finds the regions; without masks refined, and refined by GrabCut."""
NAMES = (*OURS, *BASELINES)
"""Names of all methods."""
_PREFIX = "regions."


@dataclass(frozen=True, eq=False)
class Prediction:
    """What a method says about one pair.

    Attributes:
        boxes_xyxy: half open, pixels of the edited image.
        confidence: one for each box, 0..1; none for a method that gives none.
        mask: bool [H, W], union of the regions' masks.
        status: as of `RegionResult`; for a baseline ok or unchanged.
    """

    boxes_xyxy: tuple[BoxXYXY, ...]
    confidence: tuple[float, ...]
    mask: np.ndarray
    status: str


@dataclass(frozen=True)
class Method:
    """One row of the tables.

    Attributes:
        name: what stands in the tables; without `config`, that of a baseline.
        config: settings of the region chain; None for a baseline.
    """

    name: str
    config: RegionsConfig | None = None

    def predict(self, source: np.ndarray, edited: np.ndarray) -> Prediction:
        """Run the method on one pair of uint8 [H, W, 3] sRGB images."""
        if self.config is not None:
            return _ours(source, edited, self.config)
        masks = components(BASELINES[self.name](same_size(source, edited), edited))
        boxes = tuple(box for mask in masks if (box := xyxy_from_mask(mask)))
        return Prediction(boxes, (), _union(masks, edited), "ok" if boxes else "unchanged")


def make_methods(names: Sequence[str] = NAMES, config: RegionsConfig | None = None) -> list[Method]:
    """Return methods by name.

    Args:
        names: of `NAMES`.
        config: settings of the chain; those without `+grabcut` refine no masks unless this asks for SAM.

    Raises:
        UserError: no such method.
    """
    base = config or RegionsConfig(masks="none")
    settings = {}
    for name in OURS:
        method, _, masks = name.partition("+")
        masks = masks or ("sam" if base.masks == "sam" else "none")
        settings[name] = base.model_copy(update={"method": method, "masks": masks})
    for name in names:
        if name not in NAMES:
            raise UserError(f"--methods {name}: no such method; use some of {','.join(NAMES)}")
    return [Method(name, settings.get(name)) for name in names]


def make_config(overrides: Sequence[str]) -> RegionsConfig:
    """Return the chain's settings with `regions.key=value` overrides.

    Raises:
        UserError: an unknown key or a bad value.
    """
    values: dict[str, Any] = {"masks": "none"}
    for override in overrides:
        key, separator, value = override.partition("=")
        if not separator or not key.startswith(_PREFIX):
            raise UserError(f"--set {override}: must be regions.key=value, for example --set regions.group=false")
        try:
            values[key.removeprefix(_PREFIX)] = yaml.safe_load(value)
        except yaml.YAMLError:
            raise UserError(f"--set {override}: {value!r} is not a valid YAML value; quote it") from None
    try:
        return RegionsConfig.model_validate(values)
    except ValidationError as error:
        problem = error.errors()[0]
        key = ".".join(map(str, problem["loc"]))
        known = ", ".join(RegionsConfig.model_fields)
        raise UserError(f"--set regions.{key}: {problem['msg']}; keys: {known}") from None


@lru_cache(maxsize=2)
def _refiner(config: RegionsConfig) -> MaskRefiner | None:
    """Return the SAM refiner, loaded once; the chain makes the others itself."""
    return make_refiner(config) if config.masks == "sam" else None


def _ours(source: np.ndarray, edited: np.ndarray, config: RegionsConfig) -> Prediction:
    result = derive_regions(source, edited, config, _refiner(config))
    return Prediction(
        boxes_xyxy=tuple(region.bbox_xyxy for region in result.regions),
        confidence=tuple(float(region.confidence) for region in result.regions),
        mask=_union([region.mask for region in result.regions], edited),
        status=result.status,
    )


def _union(masks: Sequence[np.ndarray], edited: np.ndarray) -> np.ndarray:
    return np.logical_or.reduce([np.zeros(edited.shape[:2], bool), *masks])
