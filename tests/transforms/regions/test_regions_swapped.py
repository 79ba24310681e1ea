"""Source and edited swapped: the same regions, but for what registration and resampling move."""

import cv2
import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment

from schemas.geometry import iou_xyxy
from transforms.regions.config import RegionsConfig
from transforms.regions.derive import derive_regions

LEAST_IOU = 0.85
"""Boxes are whole pixels, of one frame or of the other, and the source is the one that is resampled. A pixel on every
side of the smallest object, 28 wide, is (26 / 28) ** 2 = 0.86; where both frames coincide the boxes are equal."""


def added(scenes, image):
    return scenes.paint(image, scenes.ellipse(image.shape, (110, 80), (34, 22)))


def recoloured(scenes, image):
    edited = image.copy()
    where = scenes.ellipse(image.shape, (205, 100), (60, 40))
    edited[where] = edited[where][:, [2, 0, 1]]
    return edited


def moved(scenes, image):
    edited = image.copy()
    edited[20:70, 20:80] = image[140:190, 200:260]
    edited[140:190, 200:260] = cv2.resize(image[150:180, 20:40], (60, 50))
    return edited


def several(scenes, image):
    edited = scenes.paint(added(scenes, image), scenes.ellipse(image.shape, (250, 160), (14, 14)), (200, 40, 200))
    return scenes.paint(edited, scenes.ellipse(image.shape, (60, 180), (30, 12)), (30, 60, 230))


FRAMES = {
    "as it is": lambda scenes, image: image,
    "noise": lambda scenes, image: scenes.editor_noise(image),
    "sub-pixel shift": lambda scenes, image: scenes.editor_noise(scenes.shifted(image, 0.6, -0.4)),
    "shift": lambda scenes, image: scenes.editor_noise(scenes.shifted(image, 4.3, -2.7, stretch=1.01)),
    "larger": lambda scenes, image: cv2.resize(image, (520, 347), interpolation=cv2.INTER_CUBIC),
    "smaller, another shape": lambda scenes, image: cv2.resize(image, (240, 180), interpolation=cv2.INTER_AREA),
}


def carried(box_xyxy, matrix):
    """Return a box of the edited frame in the source's."""
    x1, y1, x2, y2 = box_xyxy
    corners = np.array([[x1, x2, x1, x2], [y1, y1, y2, y2]]) - 0.5  # the matrix maps centres of pixels
    there = matrix @ np.vstack([corners, np.ones(4)]) + 0.5
    return (*there.min(axis=1), *there.max(axis=1))


@pytest.mark.parametrize("masks", ["none", "grabcut"])
@pytest.mark.parametrize("frame", FRAMES)
@pytest.mark.parametrize("edit", [added, recoloured, moved, several])
def test_the_same_regions_either_way(scenes, edit, frame, masks):
    source = scenes.photo()
    edited = FRAMES[frame](scenes, edit(scenes, source))
    config = RegionsConfig(masks=masks)
    there, back = derive_regions(source, edited, config), derive_regions(edited, source, config)
    assert there.status == back.status == "ok"
    assert len(there.regions) == len(back.regions)
    carried_boxes = [carried(region.bbox_xyxy, there.registration.matrix) for region in there.regions]
    ious = np.array([[iou_xyxy(box, region.bbox_xyxy) for region in back.regions] for box in carried_boxes])
    matched = ious[linear_sum_assignment(ious, maximize=True)]
    assert matched.min() > LEAST_IOU
    assert frame != "as it is" or matched.min() == 1
