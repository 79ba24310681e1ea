"""What must hold within one sample of a shard."""

import hashlib
from collections.abc import Callable, Iterable, Iterator

import numpy as np
from pydantic import ValidationError

from pipeline.dataset import Sample
from schemas.example import EditRegion, Example, ImageInfo, canonical_json
from schemas.geometry import SCALE, bbox_2d_from_xyxy, xyxy_from_mask
from schemas.keys import KEY_PATTERN
from transforms.judgements.checker import check_judgement
from transforms.shards.codec import open_member

WHOLE_FRAME = [0, 0, SCALE, SCALE]
Look = Callable[[Example, str, str, Callable[[], np.ndarray]], None]
"""Is shown an image that is in order: its record, role, sha256 of its bytes, and a function that returns its pixels."""
_METADATA = ("exif", "xmp", "icc_profile", "comment", "photoshop", "XML:com.adobe.xmp")
"""What an image member must not carry, as Pillow names it."""


def check_sample(sample: Sample, look: Look | None = None) -> tuple[Example | None, list[str]]:
    """Return the record of a sample (None if it is none) and what is wrong, one line each; `look` sees its images."""
    problems = list(_members(sample))
    try:
        example = sample.example()
    except (KeyError, ValidationError) as error:
        return None, [*problems, f"json is no Example ({_first_line(error)})"]
    if problems:
        return example, problems
    return example, [
        *_record(sample, example),
        *_image("source", sample, example, example.images.source, look),
        *_image("edited", sample, example, example.images.edited, look),
        *_label_map(sample, example),
    ]


def _first_line(error: Exception) -> str:
    if isinstance(error, ValidationError):
        problem = error.errors()[0]
        return f"{'.'.join(map(str, problem['loc'])) or 'whole'}: {problem['msg']}"
    return f"missing {error}"


def _members(sample: Sample) -> Iterator[str]:
    if not KEY_PATTERN.fullmatch(sample.key):
        yield f"key must match {KEY_PATTERN.pattern}"
    names = list(sample.members)
    extension = names[0].rpartition(".")[2]
    expected = [f"source.{extension}", f"edited.{extension}", "mask.png", "json"]
    if extension not in ("jpg", "png", "webp") or names != expected:
        yield f"members are {', '.join(names)}; must be source, edited, mask.png, json in this order"


def _record(sample: Sample, example: Example) -> Iterator[str]:
    if example.key != sample.key:
        yield f"json says key {example.key}"
    if sample.members["json"] != canonical_json(example):
        yield "json is not canonical (order of fields, spaces, or a float without a point)"
    regions = {region.id for region in example.edit_region}
    for edit in example.edits:
        if edit.region_ids != [region.id for region in example.edit_region if region.edit_id == edit.id]:
            yield f"edit {edit.id}: region_ids {edit.region_ids} are not the regions that name it"
    strangers = {region.edit_id for region in example.edit_region} - {0, *(edit.id for edit in example.edits)}
    if strangers:
        yield f"regions name edits that are not there: {sorted(strangers)}"
    yield from check_judgement(example.judgement, sorted(regions))


def _image(name: str, sample: Sample, example: Example, info: ImageInfo, look: Look | None) -> Iterator[str]:
    data = next(data for suffix, data in sample.members.items() if suffix.startswith(f"{name}."))
    sha256 = hashlib.sha256(data).hexdigest()
    if sha256 != info.sha256:
        yield f"{name}: sha256 is not that of its bytes"
    try:
        with open_member(data) as image:
            image.load()
            if image.size != (info.width, info.height):
                yield f"{name}: is {image.width}x{image.height}, json says {info.width}x{info.height}"
            if image.mode != "RGB":
                yield f"{name}: mode {image.mode}, must be RGB"
            elif look:
                look(example, name, sha256, lambda: np.asarray(image))
            if found := [key for key in _METADATA if image.info.get(key)]:
                yield f"{name}: carries {', '.join(found)}"
    except (OSError, ValueError) as error:
        yield f"{name}: cannot be decoded ({error})"


def _label_map(sample: Sample, example: Example) -> Iterable[str]:
    try:
        label_map = sample.label_map()
    except (OSError, ValueError) as error:
        return [f"mask: {error}"]
    info = example.images.edited
    if label_map.shape != (info.height, info.width):
        return [f"mask: {label_map.shape[1]}x{label_map.shape[0]}, edited is {info.width}x{info.height}"]
    found, ids = set(np.unique(label_map).tolist()) - {0}, {region.id for region in example.edit_region}
    hidden = {region.id for region in example.edit_region if region.area == 0}  # wholly drawn over by others
    if not ids - hidden <= found <= ids:
        return [f"mask: ids {sorted(found)}, regions {sorted(ids)}"]
    return [problem for region in example.edit_region if region.id in found for problem in _region(region, label_map)]


def _region(region: EditRegion, label_map: np.ndarray) -> Iterator[str]:
    """Compare a region with its visible mask.

    The box is that of the full mask, before other regions were drawn over it: it contains the visible mask's box, and
    is equal to it unless another region lies inside the box.
    """
    height, width = label_map.shape
    mask = label_map == region.id
    if abs(float(mask.mean()) - region.area) > 1e-4:
        yield f"region {region.id}: area {region.area}, its mask covers {float(mask.mean()):.4f}"
    if region.kind == "global":
        if region.bbox_2d != WHOLE_FRAME:
            yield f"region {region.id}: global, but its box is {region.bbox_2d}"
        return
    box_xyxy = xyxy_from_mask(mask)
    assert box_xyxy is not None, region.id  # only regions found in the label map come here
    visible, box = bbox_2d_from_xyxy(box_xyxy, width, height), region.bbox_2d
    if not (box[0] <= visible[0] and box[1] <= visible[1] and box[2] >= visible[2] and box[3] >= visible[3]):
        yield f"region {region.id}: box {box} does not contain its mask's {visible}"
    elif box != visible and not _others_inside(region, label_map):
        yield f"region {region.id}: box {box} is not its mask's {visible}"


def _others_inside(region: EditRegion, label_map: np.ndarray) -> bool:
    height, width = label_map.shape
    x1, y1, x2, y2 = region.bbox_2d
    inside = label_map[y1 * height // SCALE : -(-y2 * height // SCALE), x1 * width // SCALE : -(-x2 * width // SCALE)]
    return bool(((inside != 0) & (inside != region.id)).any())
