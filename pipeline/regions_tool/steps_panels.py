"""The panels of the picture of all steps: one small picture for each, with a title and a caption."""

from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np
from PIL import Image

from pipeline.regions_tool.measure import MeasuredPair
from pipeline.regions_tool.steps import Steps
from pipeline.regions_tool.steps_maps import MOST_DELTA_E, colour_of_delta_e, colour_of_ratio
from pipeline.report.draw import PAPER, Colour, overlay_at_cell, region_colour, scaled
from transforms.regions.components import LEAST_CONFIDENCE
from transforms.regions.fragments import HIGH, LOW

DROPPED: Colour = (120, 124, 132)
"""What does not become a region."""
STRONG, WEAK = (178, 24, 43), (244, 165, 130)
"""Over the high threshold; over the low one and connected to it."""
NOT_LOOKED_FOR = "Not looked for here: the whole frame is another."
_SCALES = (
    ("Fine colour", "Blur of 0.8 px: sharp edges and thin lines."),
    ("Middle colour", "Blur of 2 px, half the pixels: a clear edit without the grain."),
    ("Coarse colour", "Blur of 4 px, a quarter of the pixels: faint edits of some size."),
    ("Structure", "How much of the local pattern of light is not shared, whatever its colour."),
)


@dataclass(frozen=True, eq=False)
class Panel:
    """One step. Attributes: its heading; what is to be seen; the picture; whose colour bar it needs."""

    title: str
    caption: str
    picture: Image.Image
    scale: Literal["", "delta_e", "ratio"] = ""


def step_panels(steps: Steps, measured: MeasuredPair, cell: int) -> list[Panel]:
    """Draw all steps in order, each at a longer side of `cell` pixels."""
    return [
        *_pair(steps, measured, cell),
        *_differences(steps, measured, cell),
        *_ratios(steps, cell),
        *([_probability(steps, cell)] if steps.by_network else _by_thresholds(steps, measured, cell)),
        _outlines(steps, measured, cell),
        *_regions(measured, cell),
    ]


def _pair(steps: Steps, measured: MeasuredPair, cell: int) -> list[Panel]:
    height, width = steps.edited.shape[:2]
    before, after = measured.source.shape, measured.edited.shape
    moved = f"moved by {measured.result.registration.displacement_px:.2f} px on average"
    size = f"{before[1]} x {before[0]}"
    part = "" if steps.overlap is None else "the part that both pictures show, "
    return [
        Panel(
            "Source, registered",
            f"{size}, {part}resized, {moved if measured.config.register_frame else 'not moved (switched off)'}.",
            scaled(steps.source, cell),
        ),
        Panel("Edited", f"{after[1]} x {after[0]}, {part}compared at {width} x {height}.", scaled(steps.edited, cell)),
    ]


def _differences(steps: Steps, measured: MeasuredPair, cell: int) -> list[Panel]:
    size = scaled(steps.edited, cell).size
    before, after = steps.delta_e_before, steps.maps.delta_e
    off = "" if measured.config.match_colours or measured.config.match_drift else " (switched off)"
    return [
        Panel(
            "Difference as it is",
            f"Median {np.median(before):.1f} CIEDE2000. Colours stop at {MOST_DELTA_E:.0f}.",
            _at(colour_of_delta_e(before), size),
            "delta_e",
        ),
        Panel(
            "Colours matched" + off,
            f"Median {np.median(after):.1f} CIEDE2000: change of colours and slow drift of the frame are taken away.",
            _at(colour_of_delta_e(after), size),
            "delta_e",
        ),
    ]


def _ratios(steps: Steps, cell: int) -> list[Panel]:
    size = scaled(steps.edited, cell).size
    return [
        Panel(title, caption, _at(colour_of_ratio(ratio), size), "ratio")
        for (title, caption), ratio in zip(_SCALES, steps.maps.ratios, strict=True)
    ]


def _by_thresholds(steps: Steps, measured: MeasuredPair, cell: int) -> list[Panel]:
    return [_strength(steps, measured, cell), _fragments(steps, measured, cell), _groups(steps, measured, cell)]


def _probability(steps: Steps, cell: int) -> Panel:
    picture = _pale(steps.edited)
    _tint(picture, steps.strength > 0.2, WEAK)
    _tint(picture, steps.strength > 1, STRONG)
    over = float((steps.strength > 1).mean())
    caption = f"By the network on these maps. Dark: over one half, {over:.1%} of the frame. Light: over one tenth."
    return Panel("Probability", caption, scaled(picture, cell))


def _strength(steps: Steps, measured: MeasuredPair, cell: int) -> Panel:
    how = "The four maps weighed" if measured.config.evidence else "The largest of the colour maps"
    beside = ", lowered beside the change of tone" if steps.whole.tone else ""
    over = float((steps.strength > LOW).mean())
    picture = _at(colour_of_ratio(steps.strength), scaled(steps.edited, cell).size)
    return Panel("Strength", f"{how}{beside}. {over:.1%} of the frame is over 1.", picture, "ratio")


def _fragments(steps: Steps, measured: MeasuredPair, cell: int) -> Panel:
    picture = _pale(steps.edited)
    if not steps.local:
        return Panel("Fragments", NOT_LOOKED_FOR, scaled(picture, cell))
    kept = steps.fragments.labels > 0
    _tint(picture, (steps.strength > LOW) & ~kept, DROPPED)
    _tint(picture, kept, WEAK)
    _tint(picture, kept & (steps.strength > HIGH), STRONG)
    count = _counted(len(steps.fragments), "fragment")
    if measured.config.hysteresis:
        caption = (
            f"{count}. Dark: over {HIGH}. Light: over {LOW:.0f}, touching dark. Grey: the rest over {LOW:.0f}, dropped."
        )
    else:
        caption = f"{count}: what is over {HIGH} (hysteresis switched off)."
    return Panel("Fragments", caption, scaled(picture, cell))


def _groups(steps: Steps, measured: MeasuredPair, cell: int) -> Panel:
    picture = _pale(steps.edited)
    if not steps.local:
        return Panel("Objects", NOT_LOOKED_FOR, scaled(picture, cell))
    numbers = np.unique(steps.objects)
    for number in numbers:
        mask = np.concatenate([[False], steps.objects == number])[steps.fragments.labels]
        _tint(picture, mask, _colour_of(mask, steps, measured))
    how = "Fragments that belong together" if measured.config.group else "Each fragment alone (grouping switched off)"
    caption = f"{_counted(len(numbers), 'object')}. {how}, in one colour. Grey: not kept."
    return Panel("Objects", caption, scaled(picture, cell))


def _outlines(steps: Steps, measured: MeasuredPair, cell: int) -> Panel:
    picture = np.array(scaled(steps.edited, cell))
    if not steps.local:
        return Panel("Outlines", NOT_LOOKED_FOR, Image.fromarray(picture))
    for component in steps.components:
        mask = cv2.resize(component.mask.astype(np.float32), picture.shape[1::-1], interpolation=cv2.INTER_LINEAR)
        edges, _ = cv2.findContours((mask > 0.5).astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
        for colour, thickness in ((PAPER, 4), (_colour_of(component.mask, steps, measured), 2)):
            cv2.drawContours(picture, edges, -1, colour, thickness, cv2.LINE_AA)
    how = "Drawn in to where it changed" if measured.config.tighten else "Gaps filled (tightening switched off)"
    how = "Areas that point at one box, joined" if steps.by_network else how
    count = _counted(len(steps.components), "object")
    caption = f"{how}. {count} kept: large and strong enough, confidence {LEAST_CONFIDENCE} or more."
    return Panel("Outlines", caption, Image.fromarray(picture))


def _regions(measured: MeasuredPair, cell: int) -> list[Panel]:
    edited, label_map, regions = measured.edited, measured.label_map, measured.record.edit_region
    picture = _pale(np.asarray(scaled(edited, cell)))
    labels = cv2.resize(label_map, picture.shape[1::-1], interpolation=cv2.INTER_NEAREST)
    for region in regions:
        _tint(picture, labels == region.id, region_colour(region))
    finder = "network" if measured.result.method.startswith("network") else "difference"
    who = {"none": f"As the {finder} drew them", "grabcut": "Refined by GrabCut", "sam": "Drawn by Segment Anything"}
    local = label_map[np.isin(label_map, [region.id for region in regions if region.kind != "global"])]
    caption = f"{who[measured.config.masks]}, {local.size / label_map.size:.1%} of the frame."
    if regions and not local.size:
        caption = "The whole frame."
    named = [region.model_copy(update={"label": f"({region.confidence:.2f})"}) for region in regions]
    return [
        Panel("Masks", caption if regions else "None.", Image.fromarray(picture)),
        Panel(
            "Regions",
            "Box of each mask, id and confidence." if regions else "None.",
            overlay_at_cell(edited, label_map, named, cell),
        ),
    ]


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _colour_of(mask: np.ndarray, steps: Steps, measured: MeasuredPair) -> Colour:
    """Return the colour of the local region that most of a mask (bool [h, w]) lies in; grey for none."""
    height, width = mask.shape
    label_map = steps.overlap.of_edited(measured.label_map) if steps.overlap else measured.label_map
    labels = cv2.resize(label_map, (width, height), interpolation=cv2.INTER_NEAREST)[mask]
    local = {region.id: region for region in measured.record.edit_region if region.kind != "global"}
    votes = {number: np.count_nonzero(labels == number) for number in local}
    best = max(votes, key=votes.__getitem__, default=0)
    return region_colour(local[best]) if votes.get(best) else DROPPED


def _pale(image: np.ndarray) -> np.ndarray:
    """Return uint8 [h, w, 3]: grey and light, for colours to be laid on."""
    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    return np.repeat((140 + 0.42 * grey[..., None]).astype(np.uint8), 3, axis=2)


def _tint(picture: np.ndarray, mask: np.ndarray, colour: Colour) -> None:
    picture[mask] = (0.25 * picture[mask] + 0.75 * np.array(colour)).astype(np.uint8)


def _at(picture: np.ndarray, size: tuple[int, int]) -> Image.Image:
    return Image.fromarray(picture).resize(size, Image.Resampling.BILINEAR)
