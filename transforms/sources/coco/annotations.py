"""An annotation file to items: every image with its usable instances; what cannot be used is a row with its reason."""

import json
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from schemas.errors import UserError
from schemas.plan import InstanceRow, Rights, SourceItem
from schemas.reject import Reject
from transforms import storage
from transforms.sources.coco.outlines import outlines
from transforms.sources.files import absolute, path_kind, read_file

PREFIX = "coco:"
FORM = "coco:ANNOTATIONS.json:IMAGES"
MOST_INSTANCES = 12
"""The largest of an image: more are not named, and the record stays small."""
LEAST_AREA = 0.003
"""Share of the frame below which an edit of an instance would be overlooked."""
PERSON = "person"
SPDX = {
    "by": "CC-BY",
    "by-sa": "CC-BY-SA",
    "by-nd": "CC-BY-ND",
    "by-nc": "CC-BY-NC",
    "by-nc-sa": "CC-BY-NC-SA",
    "by-nc-nd": "CC-BY-NC-ND",
}
"""Path of a Creative Commons licence -> its SPDX name without the version."""


def is_coco(sources: str) -> bool:
    """Return whether `--sources` names an annotation file and its images."""
    return sources.startswith(PREFIX)


def find_annotated(sources: str, rights: Rights | None = None) -> Iterator[SourceItem | Reject]:
    """Yield an item per image of an annotation file, sorted by file name, with its instances.

    Crowds, instances under 0.3 % of the frame and all but the twelve largest of an image are left out. Outlines are
    simplified by at most 0.7 px.

    Args:
        sources: `coco:ANNOTATIONS.json:IMAGES`.
        rights: of images whose licence the file does not name.

    Yields:
        Items; a reject for an image entry or an annotation that cannot be read (stage `annotations`).

    Raises:
        UserError: the address is not of that form, or the file is no annotation file.
    """
    place, folder = _split(sources)
    data = _read(place)
    categories = {_id(c.get("id")): c for c in _entries(data, "categories", place) if "name" in c}
    licenses = {_id(c.get("id")): c for c in _entries(data, "licenses", place)} if data.get("licenses") else {}
    by_image: dict[str, list[tuple[int, dict[str, Any]]]] = defaultdict(list)
    for number, annotation in enumerate(_entries(data, "annotations", place)):
        by_image[_id(annotation.get("image_id"))].append((number, annotation))
    seen: dict[str, int] = defaultdict(int)
    for image in sorted(_entries(data, "images", place), key=lambda entry: str(entry.get("file_name"))):
        name = image.get("file_name")
        if not isinstance(name, str) or ".." in name.split("/") or name.startswith("/"):
            yield _reject(str(name), "bad_name", f"{place}: images: file_name {name!r} is no name below {folder}")
            continue
        seen[name] += 1
        if seen[name] > 1:
            detail = f"{place}: images: {name} is listed again; its first entry is used"
            yield _reject(f"{name}#entry-{seen[name]}", "duplicate_name", detail)
            continue
        size = (image.get("width"), image.get("height"))
        if not all(isinstance(side, int) and side > 0 for side in size):
            yield _reject(name, "bad_size", f"{place}: images: width and height of {name} must be whole numbers")
            continue
        rows, problems = _instances(by_image.get(_id(image.get("id")), []), categories, size)
        yield from (_reject(f"{name}#{number}", "bad_annotation", detail) for number, detail in problems)
        yield SourceItem(
            name=name,
            uri=storage.join(absolute(folder), name),
            dataset="coco",
            rights=_rights(image, licenses, rows, rights),
            instances=tuple(rows),
        )


def _id(value: Any) -> str:
    """Return an identifier as text: whatever stands there can be looked up."""
    return json.dumps(value, sort_keys=True)


def _split(sources: str) -> tuple[str, str]:
    place, dot_json, folder = sources.removeprefix(PREFIX).partition(".json:")
    if not dot_json or not folder:
        raise UserError(f"--sources {sources}: must be {FORM}")
    place += ".json"
    if path_kind(place) != "file":
        raise UserError(f"--sources {sources}: no such file: {place}")
    if path_kind(folder) != "folder":
        raise UserError(f"--sources {sources}: no such folder: {folder}")
    return place, folder


def _read(place: str) -> dict[str, Any]:
    try:
        data = json.loads(read_file(place))
    except ValueError as error:
        raise UserError(f"{place}: not valid JSON ({error}); give a COCO instances file") from None
    if not isinstance(data, dict):
        raise UserError(f"{place}: must be an object with images, annotations and categories")
    return data


def _entries(data: dict[str, Any], field: str, place: str) -> list[dict[str, Any]]:
    found = data.get(field)
    if not isinstance(found, list) or not all(isinstance(entry, dict) for entry in found):
        raise UserError(f"{place}: field {field}: must be a list of objects; give a COCO instances file")
    return found


def _instances(
    annotations: list[tuple[int, dict[str, Any]]], categories: dict[str, dict[str, Any]], size: tuple[Any, Any]
) -> tuple[list[InstanceRow], list[tuple[int, str]]]:
    width, height = size
    rows: list[tuple[float, InstanceRow]] = []
    problems = []
    for number, annotation in annotations:
        if annotation.get("iscrowd"):
            continue
        try:
            category = categories[_id(annotation["category_id"])]
            rings, holes = outlines(annotation["segmentation"], height, width)
        except (KeyError, ValueError, TypeError) as error:
            reason = f"field {error} is missing or unknown" if isinstance(error, KeyError) else str(error)
            problems.append((number, f"annotations[{number}], id {annotation.get('id')}: {reason}"))
            continue
        area = sum(_area(ring) for ring in rings) - sum(_area(hole) for hole in holes)
        if area >= LEAST_AREA * width * height:
            group = str(category.get("supercategory", "-")) or "-"
            name = str(category["name"])
            rows.append(
                (area, InstanceRow(name=name, group=group, width=width, height=height, rings=rings, holes=holes))
            )
    largest = sorted(rows, key=lambda entry: -entry[0])[:MOST_INSTANCES]
    return [row for _, row in largest], problems


def _area(ring: list[int]) -> float:
    xs, ys = ring[::2], ring[1::2]
    return abs(sum(x * ys[i - 1] - xs[i - 1] * y for i, (x, y) in enumerate(zip(xs, ys, strict=True)))) / 2


def _rights(
    image: dict[str, Any], licenses: dict[str, dict[str, Any]], rows: list[InstanceRow], default: Rights | None
) -> Rights:
    default = default or Rights()
    named = licenses.get(_id(image.get("license")), {})
    attribution = image.get("flickr_url") or image.get("coco_url") or default.attribution
    people = "yes" if any(row.name == PERSON for row in rows) else "unknown"
    return Rights(license=spdx_of(named) or default.license, attribution=str(attribution), people=people)


def spdx_of(entry: dict[str, Any]) -> str:
    """Return the SPDX name of an entry of the licence table, its own name where there is none, "" without either.

    >>> spdx_of({"url": "http://creativecommons.org/licenses/by-nc-sa/2.0/", "name": "x"}), spdx_of({"name": "Mine"})
    ('CC-BY-NC-SA-2.0', 'LicenseRef-Mine')
    """
    _, _, path = str(entry.get("url", "")).partition("creativecommons.org/licenses/")
    kind, _, version = path.strip("/").partition("/")
    if kind in SPDX and version:
        return f"{SPDX[kind]}-{version}"
    name = "".join(c if c.isalnum() or c in ".-" else "-" for c in str(entry.get("name", "")))
    return f"LicenseRef-{name}" if name else ""


def _reject(name: str, reason: str, detail: str) -> Reject:
    return Reject(
        level="file", key=name, name=name, stage="annotations", reason=reason, reject_class="error", detail=detail[:500]
    )
