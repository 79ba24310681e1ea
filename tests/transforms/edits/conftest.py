"""Small pictures that carry every operation, made on the spot."""

import cv2
import numpy as np
import pytest

from schemas.plan import SourceItem, SourceRecord
from transforms.sources.image import SceneObject, SceneSurface, SourceImage


def record(source_id: str, width: int, height: int) -> SourceRecord:
    item = SourceItem(name=f"{source_id}.png", uri=f"/{source_id}.png", dataset="test")
    return SourceRecord(
        source_id=source_id, item=item, width=width, height=height, dhash="0" * 16, dhash_mirrored="f" * 16
    )


def textured(height: int, width: int, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    rows = np.linspace(190, 120, height)[:, None, None] * np.array([0.9, 1.0, 1.05])
    soft = cv2.resize(rng.normal(0, 14, (6, 8)), (width, height), interpolation=cv2.INTER_CUBIC)[..., None]
    return np.clip(rows + soft + rng.normal(0, 2, (height, width, 3)), 0, 255).astype(np.uint8)


def disc(height: int, width: int, x: int, y: int, radius: int) -> np.ndarray:
    canvas = np.zeros((height, width), np.uint8)
    cv2.circle(canvas, (x, y), radius, 1, -1)
    return canvas.astype(bool)


def plain_source(source_id: str = "a" * 16, height: int = 180, width: int = 240, seed: int = 1) -> SourceImage:
    return SourceImage(record(source_id, width, height), textured(height, width, seed))


def annotated_source(source_id: str = "b" * 16) -> SourceImage:
    height, width = 200, 280
    rgb = textured(height, width, 3)
    red, blue = disc(height, width, 50, 60, 22), disc(height, width, 150, 70, 18)
    shade = 0.7 + 0.3 * np.cos(np.linspace(-1.5, 1.5, width))[None, :, None]
    rgb[red] = (shade * np.array([190, 40, 36]) * np.ones((height, 1, 1)))[red]
    rgb[blue] = (shade * np.array([40, 80, 180]) * np.ones((height, 1, 1)))[blue]
    cv2.line(rgb, (38, 60), (50, 48), (240, 230, 200), 4)
    everything = frozenset({"recolour", "retexture", "remove", "replace", "move", "cutout"})
    things = [
        SceneObject("red", "button", ("red",), "on the left", "red", "plastic", "thing", red, everything),
        SceneObject("blue", "badge", ("blue",), "in the middle", "blue", "plastic", "thing", blue, everything),
    ]
    post = np.zeros((height, width), bool)
    post[60:125, 225:245] = True
    rgb[post] = (shade * np.array([90, 80, 60]) * np.ones((height, 1, 1)))[post]
    things.append(SceneObject("tall", "post", (), "-", "-", "wood", "thing", post, frozenset({"cutout"})))
    whole = disc(height, width, 100, 90, 85)
    things.append(SceneObject("all", "board", (), "-", "-", "wood", "ground", whole, frozenset({"background"})))
    floor = np.zeros((height, width), bool)
    floor[140:, 10:270] = True
    return SourceImage(record(source_id, width, height), rgb, tuple(things), (SceneSurface("floor", floor, 130.0),))


@pytest.fixture
def plain() -> SourceImage:
    return plain_source()


@pytest.fixture
def annotated() -> SourceImage:
    return annotated_source()


@pytest.fixture
def partner() -> SourceImage:
    return plain_source("c" * 16, 120, 200, seed=9)
