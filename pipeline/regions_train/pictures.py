"""The photos and cut-outs that the shipped weights were trained with: from Debian packages, by a list.

apt-get download $(sed -n 's/^# apt: //p' pipeline/regions_train/pictures.txt)
for package in *.deb; do dpkg -x "$package" unpacked; done
python -m pipeline.regions_train.pictures unpacked pictures
spatialreward regions-train --out network --photos pictures/photos --cutouts pictures/cutouts
"""

import re
import sys
from importlib.resources import files
from pathlib import Path

from PIL import Image

from schemas.errors import UserError

PHOTO_PX, CUTOUT_PX = 1280, 512
"""Longer side that pictures are brought to, pixels."""
QUALITY = 93


def collect(unpacked: Path, out: Path) -> int:
    """Write `out/photos` and `out/cutouts` and return how many pictures that are.

    Args:
        unpacked: folder that the packages were unpacked into.
        out: where the folders go.

    Raises:
        UserError: a picture of the list is missing.
    """
    lines = (files("pipeline.regions_train") / "pictures.txt").read_text(encoding="utf-8").splitlines()
    names = [line for line in lines if line and not line.startswith("#")]
    for folder in ("photos", "cutouts"):
        (out / folder).mkdir(parents=True, exist_ok=True)
    for name in names:
        path = unpacked / name
        if not path.is_file():
            raise UserError(f"{path}: is missing; unpack the packages that pictures.txt names into {unpacked}")
        if "/stamps/" in name:
            thing = Image.open(path).convert("RGBA")
            thing.thumbnail((CUTOUT_PX, CUTOUT_PX))
            called = re.sub("[^a-z ]", " ", path.stem.lower()).strip().replace(" ", "_") or "thing"
            thing.save(out / "cutouts" / f"{called}.png")
        else:
            photo = Image.open(path).convert("RGB")
            photo.thumbnail((PHOTO_PX, PHOTO_PX), Image.Resampling.LANCZOS)
            photo.save(out / "photos" / f"{path.stem}.jpg", quality=QUALITY)
    return len(names)


if __name__ == "__main__":
    print(collect(Path(sys.argv[1]), Path(sys.argv[2])), "pictures")
