"""An annotation file to items: every image with its usable instances; what cannot be used is a row with its reason."""

import heapq
import logging
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from schemas.errors import UserError
from schemas.plan import InstanceRow, Rights, SourceItem
from schemas.reject import Reject
from transforms import storage
from transforms.sources.coco.file import Tables, annotations_of, identity, read_tables
from transforms.sources.coco.outlines import outlines
from transforms.sources.files import absolute, path_kind

PREFIX = "coco:"
FORM = "coco:ANNOTATIONS.json:IMAGES"
MOST_INSTANCES = 12
"""The largest of an image: more are not named, and the record stays small."""
LEAST_AREA = 0.003
"""Share of the frame below which an edit of an instance would be overlooked."""
PERSON = "person"
USED = "used"
_LOG = logging.getLogger(__name__)
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

    Crowds, instances under 0.3 % of the frame and all but the twelve largest of an image are left out, and counted in
    a warning. Outlines are simplified by at most 0.7 px. The file is read in a stream, twice: the instances that are
    kept stay in memory, as short texts.

    Args:
        sources: `coco:ANNOTATIONS.json:IMAGES`.
        rights: of images whose licence the file does not name.

    Yields:
        Items; a reject for an image entry or an annotation that cannot be read (stage `annotations`).

    Raises:
        UserError: the address is not of that form, or the file is no annotation file.
    """
    place, folder = _split(sources)
    tables = read_tables(place)
    kept = _kept_instances(place, tables)
    seen: dict[str, int] = defaultdict(int)
    for image in sorted(tables.images, key=lambda entry: str(entry.get("file_name"))):
        name = image.get("file_name")
        if not isinstance(name, str) or ".." in name.split("/") or name.startswith("/"):
            yield _reject(str(name), "bad_name", f"{place}: images: file_name {name!r} is no name below {folder}")
            continue
        seen[name] += 1
        if seen[name] > 1:
            detail = f"{place}: images: {name} is listed again; its first entry is used"
            yield _reject(f"{name}#entry-{seen[name]}", "duplicate_name", detail)
            continue
        if _size(image) is None:
            yield _reject(name, "bad_size", f"{place}: images: width and height of {name} must be whole numbers")
            continue
        own = kept[identity(image.get("id"))]
        yield from (_reject(f"{name}#{number}", "bad_annotation", detail) for number, detail in own.problems)
        rows = [row for _, _, row in sorted(own.rows, reverse=True)]
        yield SourceItem(
            name=name,
            uri=storage.join(absolute(folder), name),
            dataset="coco",
            rights=_rights(image, tables.licenses, own.shows_people, rights),
            instances=f"[{','.join(rows)}]",
        )


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


@dataclass(eq=False)
class _OfImage:
    """What is kept of the annotations of an image: (area, -number, JSON of an InstanceRow), and what is wrong."""

    rows: list[tuple[float, int, str]] = field(default_factory=list)
    problems: list[tuple[int, str]] = field(default_factory=list)
    shows_people: bool = False


def _kept_instances(place: str, tables: Tables) -> dict[str, _OfImage]:
    """Return what is kept of all annotations, by `identity` of their image's id."""
    kept: dict[str, _OfImage] = defaultdict(_OfImage)
    images = {identity(image.get("id")): image for image in reversed(tables.images)}
    counts: Counter[str] = Counter()
    for number, annotation in enumerate(annotations_of(place)):
        of = identity(annotation.get("image_id"))
        image = images.get(of)
        counts[_keep(kept[of], number, annotation, tables, image) if image else "of no image"] += 1
    left_out = [f"{count} {why}" for why, count in sorted(counts.items()) if why != USED]
    if left_out:
        total = counts.total()
        _LOG.warning("%s: %d annotations: %d used; left out: %s", place, total, counts[USED], ", ".join(left_out))
    return kept


def _keep(own: _OfImage, number: int, annotation: dict[str, Any], tables: Tables, image: dict[str, Any]) -> str:
    """Keep an annotation if it is one of the largest of its image; return what became of it."""
    size = _size(image)
    if size is None:
        return "of an image without a size"
    if annotation.get("iscrowd"):
        return "crowds"
    width, height = size
    try:
        category = tables.categories[identity(annotation["category_id"])]
        rings, holes = outlines(annotation["segmentation"], height, width)
    except (KeyError, ValueError, TypeError) as error:
        reason = f"field {error} is missing or unknown" if isinstance(error, KeyError) else str(error)
        own.problems.append((number, f"annotations[{number}], id {annotation.get('id')}: {reason}"))
        return "unreadable"
    area = sum(_area(ring) for ring in rings) - sum(_area(hole) for hole in holes)
    if area < LEAST_AREA * width * height:
        return "too small"
    group, name = str(category.get("supercategory", "-")) or "-", str(category["name"])
    own.shows_people |= name == PERSON
    row = InstanceRow(name=name, group=group, width=width, height=height, rings=rings, holes=holes)
    entry = (area, -number, row.model_dump_json())
    if len(own.rows) < MOST_INSTANCES:
        heapq.heappush(own.rows, entry)
        return USED
    heapq.heappushpop(own.rows, entry)
    return f"beyond the {MOST_INSTANCES} largest of their image"


def _size(image: dict[str, Any]) -> tuple[int, int] | None:
    width, height = image.get("width"), image.get("height")
    if isinstance(width, int) and isinstance(height, int) and width > 0 and height > 0:
        return width, height
    return None


def _area(ring: list[int]) -> float:
    xs, ys = ring[::2], ring[1::2]
    return abs(sum(x * ys[i - 1] - xs[i - 1] * y for i, (x, y) in enumerate(zip(xs, ys, strict=True)))) / 2


def _rights(
    image: dict[str, Any], licenses: dict[str, dict[str, Any]], shows_people: bool, default: Rights | None
) -> Rights:
    default = default or Rights()
    named = licenses.get(identity(image.get("license")), {})
    attribution = image.get("flickr_url") or image.get("coco_url") or default.attribution
    people = "yes" if shows_people else "unknown"
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
