"""The image entries of an annotation file, each with its picture and the size of its frame."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any, NamedTuple

from schemas.errors import UserError
from schemas.reject import Reject
from transforms import storage
from transforms.sources.coco.file import Tables
from transforms.sources.coco.places import Places, called
from transforms.sources.coco.values import identity, whole
from transforms.sources.decode import picture_size
from transforms.sources.files import read_file


class ImageEntry(NamedTuple):
    """An image that is there: `identity` of its id (None without one), its place below the folder, its frame."""

    id: str | None
    name: str
    width: int
    height: int
    fields: dict[str, Any]


def image_entries(place: str, folder: str, tables: Tables) -> list[ImageEntry | Reject]:
    """Return the images of a file, sorted by name, each an entry or the row that says why it cannot be used.

    Raises:
        UserError: the file lists images, and none of them is in the folder.
    """
    places = Places(folder)
    named = [(places.place_of(entry), called(entry), entry) for entry in tables.images]
    if named and not any(name for name, _, _ in named):
        raise UserError(
            f"{place}: none of its {len(named)} images is in {folder} (the first is {named[0][1]}); "
            "give the folder that its file names start in"
        )
    found = list(_checked(place, folder, named))
    for number in range(tables.strays["images"]):
        found.append(reject(f"images#stray-{number + 1}", "bad_entry", f"{place}: images: an entry is no object"))
    return sorted(found, key=lambda entry: entry.name)


def reject(name: str, reason: str, detail: str) -> Reject:
    """Return the row of an image entry or an annotation."""
    return Reject(
        level="file", key=name, name=name, stage="annotations", reason=reason, reject_class="error", detail=detail[:500]
    )


def _checked(
    place: str, folder: str, named: list[tuple[str | None, str, dict[str, Any]]]
) -> Iterator[ImageEntry | Reject]:
    with_id: defaultdict[str, set[str]] = defaultdict(set)
    seen: defaultdict[str, int] = defaultdict(int)
    for name, _, entry in named:
        if name and entry.get("id") is not None:
            with_id[identity(entry["id"])].add(name)
    for name, given, entry in named:
        own = None if entry.get("id") is None else identity(entry["id"])
        key = name or given
        seen[key] += 1
        again = f"{key}#entry-{seen[key]}" if seen[key] > 1 else key
        if name is None:
            yield _absent(again, place, folder, given)
        elif seen[key] > 1:
            yield reject(again, "duplicate_name", f"{place}: images: {name} is listed again; its first entry is used")
        elif own is not None and len(with_id[own]) > 1:
            others = ", ".join(sorted(with_id[own])[:4])
            yield reject(name, "duplicate_id", f"{place}: images: {others} have one id, {own}; give each its own")
        else:
            yield _sized(place, folder, own, name, entry)


def _absent(key: str, place: str, folder: str, given: str) -> Reject:
    if given == "-":
        detail = f"{place}: images: an entry has neither file_name nor coco_url"
        return reject(key, "bad_name", detail)
    if ".." in given.replace("\\", "/").split("/"):
        return reject(key, "bad_name", f"{place}: images: file_name {given!r} is no name below {folder}")
    return reject(
        key, "missing_file", f"{place}: images: no {given} in {folder}, nor one picture of that name below it"
    )


def _sized(place: str, folder: str, own: str | None, name: str, entry: dict[str, Any]) -> ImageEntry | Reject:
    width, height = whole(entry.get("width")) or 0, whole(entry.get("height")) or 0
    if min(width, height) < 1:
        try:
            size = picture_size(read_file(storage.join(folder, name)))
        except OSError:
            size = None
        if size is None:
            detail = f"{place}: images: {name} has no width and height, and its file does not say them either"
            return reject(name, "bad_size", detail)
        width, height = size
    return ImageEntry(own, name, width, height, entry)
