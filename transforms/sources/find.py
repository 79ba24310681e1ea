"""`--sources` to items: the bundled photos, rendered scenes, a folder of photos, annotated photos, or pairs."""

from collections.abc import Sequence
from pathlib import PurePath

from schemas.errors import UserError
from schemas.plan import Rights, SourceItem
from schemas.reject import Reject
from transforms.sources.bundled.photos import load_catalogue, read_photo_bytes
from transforms.sources.cleaned import clean_entry
from transforms.sources.coco.annotations import FORM, find_annotated, is_coco
from transforms.sources.files import is_output, list_visible, path_kind
from transforms.sources.folder import find_images
from transforms.sources.pairs import find_pairs, is_pair_member
from transforms.sources.read import BUNDLED
from transforms.sources.scenes.scene import scene_item
from transforms.texts.clean import shown_name

SCENES = "scenes:"

ACCEPTED = (
    "give a folder of images, a folder of NAME.source.* and NAME.edited.*, a .jsonl file of pairs, scenes:NUMBER, "
    f"bundled:, or {FORM}"
)


def find_all_sources(
    addresses: Sequence[str], rights: Rights | None = None, scenes: int = 0
) -> list[SourceItem | Reject]:
    """Find the sources of several addresses, without opening them.

    Of several addresses, the names of each begin with the last part of its own, so that none are equal.

    Args:
        addresses: see `find_sources`; none for the bundled photos.
        rights: as for `find_sources`; the bundled photos among several keep their own.
        scenes: rendered scenes beside the bundled photos, where no address is given.

    Raises:
        UserError: nothing usable is at one of them, or two end alike.
    """
    if len(addresses) < 2:
        return find_sources(addresses[0] if addresses else None, rights, scenes)
    found: list[SourceItem | Reject] = []
    labels: dict[str, str] = {}
    if all(map(_carries_rights, addresses)):
        _refuse(rights)
    for address in addresses:
        own = _carries_rights(address)
        label = address.partition(":")[0] if own else shown_name(PurePath(address.rstrip("/")).name)
        if label in labels:
            raise UserError(f"--sources {address}: is called like {labels[label]}; rename one of them, or give it once")
        labels[label] = address
        items = find_sources(address, None if own else rights)
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


def find_sources(sources: str | None, rights: Rights | None = None, scenes: int = 0) -> list[SourceItem | Reject]:
    """Find all sources of an address, without opening them; texts that come along are cleaned.

    Args:
        sources: None or `bundled:` for the bundled photos; `scenes:NUMBER` for as many rendered scenes; a folder (pairs
            if it holds any `NAME.source.*` image, photos otherwise); a `.jsonl` file of pairs; or
            `coco:ANNOTATIONS.json:IMAGES`. A path or an address.
        scenes: rendered scenes beside the bundled photos.
        rights: that hold where the sources themselves say nothing; the bundled photos carry their own.

    Raises:
        UserError: nothing usable is there, or the rights were given for the bundled photos.
    """
    return list(map(clean_entry, _found(sources, rights, scenes)))


def _found(sources: str | None, rights: Rights | None, scenes: int) -> list[SourceItem | Reject]:
    if sources is None or sources == BUNDLED:
        return [*_bundled(rights), *map(scene_item, range(scenes))]
    if sources.startswith(SCENES):
        _refuse(rights)
        return [*map(scene_item, range(_number(sources)))]
    if is_coco(sources):
        if found := list(find_annotated(sources, rights)):
            return found
        raise UserError(f"--sources {sources}: the file names no image")
    kind = path_kind(sources)
    if kind == "missing":
        raise UserError(f"--sources {sources}: no such file or folder; {ACCEPTED}")
    if kind == "folder":
        if is_output(sources):
            raise UserError(
                f"--sources {sources}: is what a command of ours wrote; give the folder of the pictures, or --extend "
                "for a data set that is to grow"
            )
        holds_pairs = any(is_pair_member(name) for name in list_visible(sources))
        return list(find_pairs(sources, rights) if holds_pairs else find_images(sources, rights))
    if not sources.endswith(".jsonl"):
        raise UserError(f"--sources {sources}: this kind of file is not accepted; {ACCEPTED}")
    if found := list(find_pairs(sources, rights)):
        return found
    raise UserError(f"--sources {sources}: the file is empty; write one JSON object per line")


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
