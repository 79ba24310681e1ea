"""The fingerprint of a candidate: edit-aware, so that two edits of one photo are never taken for copies."""

import re

import numpy as np

from schemas.geometry import BoxXYXY, xyxy_from_bbox_2d
from schemas.staging import Fingerprint
from transforms.candidate import Candidate
from transforms.sources.detail import detail
from transforms.sources.hashing import dhash_hex

ARTICLES = re.compile(r"\b(a|an|the|please|could you|can you)\b")


def normalise_instruction(instruction: str) -> str:
    """Return the instruction in lower case without punctuation, articles and courtesies.

    >>> normalise_instruction("Please make the car RED.")
    'make car red'
    """
    words = re.sub(r"[^\w\s]", " ", instruction.casefold())
    return " ".join(ARTICLES.sub(" ", words).split())


def regions_hash(edited: np.ndarray, boxes_xyxy: list[BoxXYXY]) -> str:
    """Return the 64-bit hash of the crops under the boxes, side by side; `-` without boxes."""
    if not boxes_xyxy:
        return "-"
    return "".join(dhash_hex(edited[y1:y2, x1:x2]) for x1, y1, x2, y2 in boxes_xyxy)


def regions_detail(edited: np.ndarray, boxes_xyxy: list[BoxXYXY]) -> str:
    """Return the detail of the smallest part of the edited picture that holds all boxes; `-` without boxes."""
    if not boxes_xyxy:
        return "-"
    left, top = (min(box[k] for box in boxes_xyxy) for k in (0, 1))
    right, bottom = (max(box[k] for box in boxes_xyxy) for k in (2, 3))
    return detail(edited[top:bottom, left:right])


def fingerprint(candidate: Candidate) -> Fingerprint:
    """Return the fingerprint of a candidate whose regions were derived."""
    assert candidate.regions is not None, candidate.key
    edited = candidate.edited.pixels
    height, width = edited.shape[:2]
    boxes = [xyxy_from_bbox_2d(region.bbox_2d, width, height) for region in candidate.regions.edit_region]
    return Fingerprint(
        source_dhash=dhash_hex(candidate.source.pixels),
        regions_dhash=regions_hash(edited, boxes),
        instruction=normalise_instruction(candidate.instruction),
        source_detail=detail(candidate.source.pixels),
        regions_detail=regions_detail(edited, boxes),
    )
