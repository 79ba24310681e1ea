"""`--sources` to items: the bundled photos, rendered scenes, a folder of photos, annotated photos, or pairs."""

from collections.abc import Iterator, Sequence
from pathlib import PurePath

from schemas.errors import UserError
from schemas.plan import Rights, SourceItem
from schemas.reject import Reject
from transforms import storage
from transforms.sources.bundled.photos import load_catalogue, read_photo_bytes
from transforms.sources.cleaned import clean_entry
from transforms.sources.coco.annotations import FORM, find_annotated, is_coco
from transforms.sources.files import is_output, list_visible, path_kind
from transforms.sources.folder import find_images
from transforms.sources.look import PAIRS, PHOTOS, place_of, refuse_pairs, refuse_rows
from transforms.sources.missing import alternative
from transforms.sources.pairs import READ, find_pairs, is_pair_member
from transforms.sources.read import BUNDLED
from transforms.sources.row_path import tidied
from transforms.sources.scenes.scene import scene_item
from transforms.sources.takes import Takes
from transforms.texts.clean import shown_name

SCENES = "scenes:"

ACCEPTED = (
    "give a folder of images, a folder of NAME.source.* and NAME.edited.*, a file of pairs (.jsonl, .json, .csv, .tsv, "
    f"also .gz), scenes:NUMBER, bundled:, or {FORM}"
)


def find_all_sources(
    addresses: Sequence[str], rights: Rights | None = None, scenes: int = 0, takes: Takes | None = None
) -> list[SourceItem | Reject]:
    """Find the sources of several addresses, without opening them.

    Of several addresses, the names of each begin with the last part of its own, so that none are equal.

    Args:
        addresses: see `find_sources`; none for the bundled photos.
        rights: as for `find_sources`; the bundled photos among several keep their own.
        scenes: rendered scenes beside the bundled photos, where no address is given.
        takes: as for `find_sources`.

    Raises:
        UserError: nothing usable is at one of them, or two end alike.
    """
    if len(addresses) < 2:
        return find_sources(addresses[0] if addresses else None, rights, scenes, takes)
    found: list[SourceItem | Reject] = []
    labels: dict[str, str] = {}
    if all(map(_carries_rights, addresses)):
        _refuse(rights)
    for address in addresses:
        own = _carries_rights(address)
        label = address.partition(":")[0] if own else shown_name(PurePath(place_of(address).rstrip("/")).name)
        if label in labels:
            raise UserError(f"--sources {address}: is called like {labels[label]}; rename one of them, or give it once")
        labels[label] = address
        items = find_sources(address, None if own else rights, takes=takes)
        found += items if own else [_labelled(item, label) for item in items]
    return found


def _carries_rights(address: str) -> bool:
    return address == BUNDLED or address.startswith(SCENES)


def _labelled(item: SourceItem | Reject, label: str) -> SourceItem | Reject:
    if isinstance(item, Reject):
        return item.model_copy(update={"key": f"{label}/{item.key}", "name": f"{label}/{item.name}"})
    pair = item.pair and item.pair.model_copy(update={"name": f"{label}/{item.pair.name}"})
    scene = "-" if item.scene == "-" else f"{label}/{item.scene}"
    return item.model_copy(update={"name": f"{label}/{item.name}", "scene": scene, "pair": pair})


def find_sources(
    sources: str | None, rights: Rights | None = None, scenes: int = 0, takes: Takes | None = None
) -> list[SourceItem | Reject]:
    """Find all sources of an address, without opening them; texts that come along are cleaned.

    Args:
        sources: None or `bundled:` for the bundled photos; `scenes:NUMBER` for as many rendered scenes; a folder (pairs
            if it holds any `NAME.source.*` image, photos otherwise); `photos:FOLDER` for photos, however named;
            `pairs:PLACE` for pairs; a file of pairs; or `coco:ANNOTATIONS.json:IMAGES`. A path or an address.
        scenes: rendered scenes beside the bundled photos.
        rights: that hold where the sources themselves say nothing; the bundled photos carry their own.
        takes: what the recipe is for. Without `photos:` or `pairs:` the user is asked about photos that look like
            pairs, and photos are refused where only pairs are taken. None for no recipe: nothing is asked.

    Raises:
        UserError: nothing usable is there, the recipe is not for it, or the rights were given for the bundled photos.
    """
    return list(map(clean_entry, _found(sources, rights, scenes, takes)))


def _found(sources: str | None, rights: Rights | None, scenes: int, takes: Takes | None) -> list[SourceItem | Reject]:
    if takes == "pairs":
        _refuse_photos(sources)
    if sources is None or sources == BUNDLED:
        return [*_bundled(rights), *map(scene_item, range(scenes))]
    if sources.startswith(SCENES):
        _refuse(rights)
        return [*map(scene_item, range(_number(sources)))]
    if is_coco(sources):
        if found := list(find_annotated(sources, rights)):
            return found
        raise UserError(f"--sources {sources}: the file names no image")
    place = _existing(place_of(sources))
    if sources.startswith(PHOTOS):
        return list(find_images(place, rights))
    if path_kind(place) == "folder":
        if is_output(place):
            raise UserError(
                f"--sources {sources}: is what a command of ours wrote; give the folder of the pictures, or --extend "
                "for a data set that is to grow"
            )
        return list(_in_folder(place, rights, takes, sources.startswith(PAIRS)))
    found = list(find_pairs(place, rights))
    if takes == "photos" and not sources.startswith(PAIRS):
        refuse_rows(place)
    return found


def _in_folder(
    folder: str, rights: Rights | None, takes: Takes | None, is_pairs: bool
) -> Iterator[SourceItem | Reject]:
    if is_pairs or takes == "pairs":
        return find_pairs(folder, rights)
    listed = list_visible(folder)
    if takes is not None:
        refuse_pairs(folder, listed, named_too=takes == "photos")
    return find_pairs(folder, rights) if any(map(is_pair_member, listed)) else find_images(folder, rights)


def _existing(place: str) -> str:
    """Return where something is: the path as it is given, or without quotes, blanks, backslashes and `~`.

    Raises:
        UserError: nothing is there; the message says what is called nearly so.
    """
    if path_kind(place) != "missing":
        return place
    if storage.is_local(place) or place.startswith("file:"):
        try:
            tidy = tidied(place)
        except ValueError as error:
            raise UserError(f"--sources {error}") from None
        if tidy != place and path_kind(tidy) != "missing":
            return tidy
        raise UserError(f"--sources {place}: no such file or folder{alternative(tidy)}{_pattern(place)}; {ACCEPTED}")
    raise UserError(f"--sources {place}: no such file or folder; {ACCEPTED}")


def _pattern(place: str) -> str:
    return "; patterns are not read, give the folder" if set(place) & set("*?[") else ""


def _refuse_photos(sources: str | None) -> None:
    """Refuse what can only be photos, where only pairs are taken."""
    if sources is None:
        raise UserError(f"--sources: is missing; this recipe imports pairs and renders nothing. What is read: {READ}")
    if sources == BUNDLED or sources.startswith((SCENES, PHOTOS)) or is_coco(sources):
        raise UserError(
            f"--sources {sources}: are photos, and this recipe imports pairs and renders nothing; to render edits on "
            "photos: --recipe photos"
        )


def _refuse(rights: Rights | None) -> None:
    if rights not in (None, Rights()):
        raise UserError(
            "--license, --attribution: bundled photos and rendered scenes carry their own; give them with --sources"
        )


def _number(sources: str) -> int:
    number = sources.removeprefix(SCENES)
    if not number.isdecimal() or int(number) < 1:
        raise UserError(f"--sources {sources}: give a number of scenes, for example scenes:500")
    return int(number)


def _bundled(rights: Rights | None) -> list[SourceItem | Reject]:
    _refuse(rights)
    items: list[SourceItem | Reject] = []
    for photo in sorted(load_catalogue(), key=lambda photo: photo.name):
        read_photo_bytes(photo)  # a missing or changed package is told before any work is done
        own = Rights(license=photo.license, attribution=photo.attribution, people=photo.people)
        items.append(
            SourceItem(name=photo.name, uri=BUNDLED + photo.name, dataset="bundled", scene=photo.scene, rights=own)
        )
    return items
