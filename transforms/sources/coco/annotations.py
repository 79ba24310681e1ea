"""An annotation file to items: every image with its usable instances; what cannot be used is a row with its reason."""

import heapq
import logging
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from schemas.errors import UserError
from schemas.plan import InstanceRow, Rights, SourceItem
from schemas.reject import Reject
from transforms import storage
from transforms.sources.coco.categories import Category, categories_of
from transforms.sources.coco.entries import ImageEntry, image_entries, reject
from transforms.sources.coco.file import annotations_of, read_tables
from transforms.sources.coco.outlines import has_outline, outlines
from transforms.sources.coco.values import identity, truth
from transforms.sources.files import absolute, path_kind

PREFIX = "coco:"
FORM = "coco:ANNOTATIONS.json:IMAGES"
MOST_INSTANCES = 12
"""The largest of an image: more are not named, and the record stays small."""
LEAST_AREA = 0.003
"""Share of the frame below which an edit of an instance would be overlooked."""
USED = "used"
NO_OUTLINE = "without an outline (a box alone is not enough)"
RINGS = "rings that cannot be drawn"
_ADDRESS = re.compile(r"(?P<place>.+?\.json(?:\.gz)?):(?P<folder>.+)", re.IGNORECASE | re.DOTALL)
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

    Crowds, instances without an outline, those under 0.3 % of the frame and all but the twelve largest of an image are
    left out, and counted in a warning. Outlines are simplified by at most 0.7 px. Categories go by the names that
    `transforms.sources.coco.names` gives them. The file is read in a stream, twice: the instances that are kept stay
    in memory, as short texts.

    Args:
        sources: `coco:ANNOTATIONS.json:IMAGES`; the file may be packed with gzip (`.json.gz`).
        rights: of images whose licence the file does not name.

    Yields:
        Items; a reject for an image entry or an annotation that cannot be read (stage `annotations`).

    Raises:
        UserError: the address is not of that form, the file is no annotation file, or none of its images is there.
    """
    place, folder = _split(sources)
    tables = read_tables(place)
    entries = image_entries(place, folder, tables)
    if odd := sum(_is_odd(entry.get(name)) for entry in tables.images for name in ("id", "width", "height")):
        _LOG.warning('%s: images: %d numbers are written as 1.0 or "1"; taken as 1', place, odd)
    images = {entry.id: entry for entry in entries if isinstance(entry, ImageEntry) and entry.id is not None}
    kept = _kept_instances(place, images, categories_of(tables))
    for entry in entries:
        if isinstance(entry, Reject):
            yield entry
            continue
        own = kept[entry.id] if entry.id is not None else _OfImage()
        yield from (reject(f"{entry.name}#{number}", "bad_annotation", detail) for number, detail in own.problems)
        rows = [row for _, _, row in sorted(own.rows, reverse=True)]
        yield SourceItem(
            name=entry.name,
            uri=storage.join(absolute(folder), entry.name),
            dataset="coco",
            rights=_rights(entry.fields, tables.licenses, own.shows_people, rights),
            instances=f"[{','.join(rows)}]",
        )


def _split(sources: str) -> tuple[str, str]:
    parts = _ADDRESS.fullmatch(sources.removeprefix(PREFIX))
    if not parts:
        raise UserError(f"--sources {sources}: must be {FORM}")
    place, folder = parts["place"], parts["folder"]
    if path_kind(place) != "file":
        raise UserError(f"--sources {sources}: no such file: {place}")
    if path_kind(folder) != "folder":
        raise UserError(f"--sources {sources}: no such folder: {folder}")
    return place, folder


def _is_odd(value: Any) -> bool:
    return isinstance(value, float | str) and identity(value).isdecimal()


@dataclass(eq=False)
class _OfImage:
    """The kept annotations of an image, each (area, -number, JSON of an InstanceRow), and the problems of others."""

    rows: list[tuple[float, int, str]] = field(default_factory=list)
    problems: list[tuple[int, str]] = field(default_factory=list)
    shows_people: bool = False
    dropped_rings: int = 0


def _kept_instances(
    place: str, images: Mapping[str, ImageEntry], categories: Mapping[str, Category]
) -> dict[str, _OfImage]:
    """Return what is kept of all annotations, by `identity` of their image's id."""
    kept: dict[str, _OfImage] = defaultdict(_OfImage)
    counts: Counter[str] = Counter()
    for number, annotation in enumerate(annotations_of(place)):
        if not isinstance(annotation, dict):
            counts["no objects"] += 1
            continue
        image = images.get(of := identity(annotation.get("image_id")))
        counts[_keep(kept[of], number, annotation, categories, image) if image else "of no image that is used"] += 1
    _tell(place, counts, sum(own.dropped_rings for own in kept.values()))
    return kept


def _tell(place: str, counts: Counter[str], dropped_rings: int) -> None:
    left_out = [f"{count} {why}" for why, count in sorted(counts.items()) if why != USED]
    rings = f"; dropped: {dropped_rings} {RINGS}" if dropped_rings else ""
    if left_out or rings:
        total, out = counts.total(), f"; left out: {', '.join(left_out)}" if left_out else ""
        _LOG.warning("%s: %d annotations: %d used%s%s", place, total, counts[USED], out, rings)
    if counts[NO_OUTLINE] and not counts[USED]:
        _LOG.warning("%s: no annotation has an outline: no thing can be edited by its name, only whole photos", place)


def _keep(
    own: _OfImage, number: int, annotation: dict[str, Any], categories: Mapping[str, Category], image: ImageEntry
) -> str:
    """Keep an annotation if it is one of the largest of its image; return what became of it."""
    given = annotation.get("category_id")
    category = categories.get(identity(given)) or Category("", "-", False, "is unknown")
    own.shows_people |= category.is_person
    if truth(annotation.get("iscrowd")) or truth(annotation.get("isgroupof")):
        return "crowds"
    if not has_outline(segmentation := annotation.get("segmentation")):
        return NO_OUTLINE
    width, height = image.width, image.height
    try:
        if category.problem:
            raise ValueError(f"category_id {given!r} {category.problem}")
        rings, holes, dropped = outlines(segmentation, height, width, annotation.get("bbox"))
    except (ValueError, TypeError) as error:
        own.problems.append((number, f"annotations[{number}], id {annotation.get('id')}: {error}"))
        return "unreadable"
    own.dropped_rings += dropped
    area = sum(_area(ring) for ring in rings) - sum(_area(hole) for hole in holes)
    if area < LEAST_AREA * width * height:
        return "too small"
    row = InstanceRow(name=category.name, group=category.group, width=width, height=height, rings=rings, holes=holes)
    entry = (area, -number, row.model_dump_json())
    if any(other[2] == entry[2] for other in own.rows):
        return "listed again"
    if len(own.rows) < MOST_INSTANCES:
        heapq.heappush(own.rows, entry)
        return USED
    heapq.heappushpop(own.rows, entry)
    return f"beyond the {MOST_INSTANCES} largest of their image"


def _area(ring: list[int]) -> float:
    xs, ys = ring[::2], ring[1::2]
    return abs(sum(x * ys[i - 1] - xs[i - 1] * y for i, (x, y) in enumerate(zip(xs, ys, strict=True)))) / 2


def _rights(
    image: dict[str, Any], licenses: dict[str, dict[str, Any]], shows_people: bool, default: Rights | None
) -> Rights:
    default = default or Rights()
    named = licenses.get(identity(image.get("license")), {})
    attribution = image.get("flickr_url") or image.get("coco_url") or default.attribution
    people = "yes" if shows_people else default.people
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
