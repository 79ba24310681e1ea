"""Pairs with exactly known edits, for the tests of the region chain."""

from types import SimpleNamespace

import cv2
import numpy as np
import pytest
from skimage import data

from schemas.geometry import xyxy_from_mask
from transforms.regions.result import Region, RegionResult, Registration


def photo(width: int = 320) -> np.ndarray:
    """A photo, uint8 [h, width, 3]."""
    image = data.coffee()
    return cv2.resize(image, (width, width * 2 // 3), interpolation=cv2.INTER_AREA)


def ellipse(shape: tuple[int, ...], centre: tuple[int, int], axes: tuple[int, int]) -> np.ndarray:
    mask = np.zeros(shape[:2], np.uint8)
    return cv2.ellipse(mask, centre, axes, 0, 0, 360, 1, cv2.FILLED) > 0


def paint(image: np.ndarray, mask: np.ndarray, colour: tuple[int, int, int] = (40, 190, 90)) -> np.ndarray:
    painted = image.copy()
    shade = np.linspace(0.8, 1.1, image.shape[1])[None, :, None] * np.array(colour)
    painted[mask] = np.broadcast_to(np.clip(shade, 0, 255), image.shape)[mask].astype(np.uint8)
    return painted


def shifted(image: np.ndarray, dx: float, dy: float, stretch: float = 1.0) -> np.ndarray:
    height, width = image.shape[:2]
    matrix = np.array([[stretch, 0, dx], [0, 1, dy]], np.float64)
    return cv2.warpAffine(image, matrix, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT)


def editor_noise(image: np.ndarray, quality: int = 85) -> np.ndarray:
    """Lost texture, a slow drift of light, compression."""
    soft = cv2.addWeighted(image, 0.5, cv2.bilateralFilter(image, 5, 20, 3), 0.5, 0).astype(np.float32)
    drift = np.linspace(-3, 3, image.shape[1], dtype=np.float32)[None, :, None]
    noisy = np.clip(soft + drift, 0, 255).astype(np.uint8)
    data = cv2.imencode(".jpg", noisy[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return np.ascontiguousarray(cv2.imdecode(data, cv2.IMREAD_COLOR)[..., ::-1])


def mask_iou(a: np.ndarray, b: np.ndarray) -> float:
    return float((a & b).sum() / (a | b).sum())


@pytest.fixture(scope="session")
def scenes() -> SimpleNamespace:
    """The functions of this file."""
    return SimpleNamespace(
        photo=photo, ellipse=ellipse, paint=paint, shifted=shifted, editor_noise=editor_noise, mask_iou=mask_iou
    )


def make_result(masks, shape, whole_frame=False, status="ok"):
    """A RegionResult with given masks, largest first."""
    regions = [
        Region(mask, xyxy_from_mask(mask), 20.0, 0.9, whole_frame and index == 0) for index, mask in enumerate(masks)
    ]
    registration = Registration(np.eye(2, 3), 0.0, 0.5, True)
    return RegionResult(
        status, tuple(regions), registration, 0.5, "test", shape[::-1], np.full((2, 2), 0.5, np.float32)
    )


@pytest.fixture(scope="session")
def result_of():
    """See `make_result`."""
    return make_result
