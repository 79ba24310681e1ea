"""Photos in a folder."""

from collections.abc import Iterator

from schemas.errors import UserError
from schemas.plan import Rights, SourceItem
from schemas.reject import Reject
from transforms import storage
from transforms.sources.files import (
    absolute,
    is_image_name,
    kinds_of,
    list_visible,
    path_kind,
    pictures_passed_over,
    printable_name,
)
from transforms.sources.missing import alternative
from transforms.sources.rights import read_rights


def find_images(folder: str, rights: Rights | None = None) -> Iterator[SourceItem | Reject]:
    """Find the images in a folder and its subfolders, sorted by name, without opening them.

    A file counts as an image by its extension (`files.IMAGE_EXTENSIONS`, in any case); all other files are no
    images and count as nothing. Hidden files and folders, thumbnails and recycle bins (`files.PASSED_OVER`) are left
    out, and the pictures among them counted in a warning; linked folders are not followed.
    A `sources.csv` in the folder gives single images their rights, people and scene.

    Args:
        folder: path or address.
        rights: of all images that `sources.csv` says nothing about.

    Yields:
        One item per image; a reject for a file whose name is not UTF-8.

    Raises:
        UserError: no such folder, no image in it, or a damaged `sources.csv`.
    """
    kind = path_kind(folder)
    if kind != "folder":
        problem = f"no such folder{alternative(folder)}" if kind == "missing" else "is a file, not a folder"
        raise UserError(f"--sources {folder}: {problem}; give a folder that holds images")
    listed = list_visible(folder, warn=True)
    names = [name for name in listed if is_image_name(name)]
    if not names:
        left_out = pictures_passed_over(folder)
        beside = f", and {left_out}" if left_out else ""
        raise UserError(
            f"--sources {folder}: no image in it (.jpg, .png, .webp, .tif, .bmp, .gif) but {kinds_of(listed)}{beside}; "
            "give another folder"
        )
    table = read_rights(folder, rights, set(names), listed)
    for name in names:
        if printable_name(name) != name:
            yield bad_name(name)
            continue
        own, scene = table.of(name)
        yield SourceItem(name=name, uri=storage.join(absolute(folder), name), dataset="folder", scene=scene, rights=own)


def bad_name(name: str) -> Reject:
    """Return the row of a file whose name is not UTF-8."""
    shown = printable_name(name)
    return Reject(
        level="file",
        key=shown,
        name=shown,
        stage="read",
        reason="bad_name",
        reject_class="error",
        detail="the file's name is not UTF-8; rename it",
    )
