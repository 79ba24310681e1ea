"""`--sources` to items: the bundled photos, rendered scenes, a folder of photos, annotated photos, or pairs."""

from schemas.errors import UserError
from schemas.plan import Rights, SourceItem
from schemas.reject import Reject
from transforms.sources.bundled.photos import load_catalogue, read_photo_bytes
from transforms.sources.coco.annotations import FORM, find_annotated, is_coco
from transforms.sources.files import list_visible, path_kind
from transforms.sources.folder import find_images
from transforms.sources.pairs import find_pairs, is_pair_member
from transforms.sources.read import BUNDLED
from transforms.sources.scenes.scene import scene_item

SCENES = "scenes:"

ACCEPTED = (
    "give a folder of images, a folder of NAME.source.* and NAME.edited.*, a .jsonl file of pairs, scenes:NUMBER, "
    f"or {FORM}"
)


def find_sources(sources: str | None, rights: Rights | None = None, scenes: int = 0) -> list[SourceItem | Reject]:
    """Find all sources, without opening them.

    Args:
        sources: None for the bundled photos; `scenes:NUMBER` for as many rendered scenes; a folder (pairs if it holds
            any `NAME.source.*` image, photos otherwise); a `.jsonl` file of pairs; or `coco:ANNOTATIONS.json:IMAGES`.
            A path or an address.
        scenes: rendered scenes beside the bundled photos.
        rights: that hold where the sources themselves say nothing; the bundled photos carry their own.

    Raises:
        UserError: nothing usable is there, or the rights were given for the bundled photos.
    """
    if sources is None:
        return [*_bundled(rights), *map(scene_item, range(scenes))]
    if sources.startswith(SCENES):
        return [*map(scene_item, range(_number(sources)))]
    if is_coco(sources):
        if found := list(find_annotated(sources, rights)):
            return found
        raise UserError(f"--sources {sources}: the file names no image")
    kind = path_kind(sources)
    if kind == "missing":
        raise UserError(f"--sources {sources}: no such file or folder; {ACCEPTED}")
    if kind == "folder":
        holds_pairs = any(is_pair_member(name) for name in list_visible(sources))
        return list(find_pairs(sources, rights) if holds_pairs else find_images(sources, rights))
    if not sources.endswith(".jsonl"):
        raise UserError(f"--sources {sources}: this kind of file is not accepted; {ACCEPTED}")
    if found := list(find_pairs(sources, rights)):
        return found
    raise UserError(f"--sources {sources}: the file is empty; write one JSON object per line")


def _number(sources: str) -> int:
    number = sources.removeprefix(SCENES)
    if not number.isdecimal() or int(number) < 1:
        raise UserError(f"--sources {sources}: give a number of scenes, for example scenes:500")
    return int(number)


def _bundled(rights: Rights | None) -> list[SourceItem | Reject]:
    if rights not in (None, Rights()):
        raise UserError("--license, --attribution: the bundled photos carry their own; give them with --sources")
    items: list[SourceItem | Reject] = []
    for photo in sorted(load_catalogue(), key=lambda photo: photo.name):
        read_photo_bytes(photo)  # a missing or changed package is told before any work is done
        own = Rights(license=photo.license, attribution=photo.attribution, people=photo.people)
        items.append(
            SourceItem(name=photo.name, uri=BUNDLED + photo.name, dataset="bundled", scene=photo.scene, rights=own)
        )
    return items
