"""Make the picture of noise.md: `PYTHONPATH=. python docs/make_noise_pictures.py` writes docs/noise/profiles.jpg."""

from io import BytesIO
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from transforms.edits.change import delta_e
from transforms.edits.config import NoiseConfig, NoiseProfiles
from transforms.edits.noise import PROFILES, add_noise, draw_noise
from transforms.sources.bundled.photos import load_catalogue, read_photo_bytes

FILE = Path(__file__).parent / "noise" / "profiles.jpg"
CROPS = (("chelsea", 120, 90), ("astronaut", 190, 80))
SIDE, ZOOM, LINE, GAIN = 90, 2, 22, 6


def photo(name: str) -> np.ndarray:
    """Return a bundled photo, uint8 [H, W, 3]."""
    (found,) = (photo for photo in load_catalogue() if photo.name == name)
    return np.array(Image.open(BytesIO(read_photo_bytes(found))).convert("RGB"))


def profile_column(rgb: np.ndarray, name: str) -> tuple[np.ndarray, np.ndarray, float]:
    """Return the photo with strong noise of a profile, what changed (enlarged around grey), and the mean CIEDE2000."""
    weights = {key: float(key == name) for key in PROFILES}
    config = NoiseConfig(strength_min=0.9, strength_max=1.0, profiles=NoiseProfiles(**weights))
    noisy, _ = add_noise(rgb, draw_noise(config, np.random.default_rng(4)))
    change = np.clip(128 + GAIN * (noisy.astype(np.float32) - rgb), 0, 255).astype(np.uint8)
    return noisy, change, float(delta_e(rgb, noisy).mean())


def main() -> None:
    """Draw one row of crops and one of differences per photo, a column per profile."""
    cell = SIDE * ZOOM
    columns = ["no noise", *PROFILES]
    sheet = Image.new("RGB", (cell * len(columns), (2 * cell + LINE) * len(CROPS)), "white")
    draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(15)
    for row, (name, x, y) in enumerate(CROPS):
        rgb, top = photo(name), row * (2 * cell + LINE)
        for column, profile in enumerate(columns):
            noisy, change, mean = (rgb, np.full_like(rgb, 128), 0.0) if not column else profile_column(rgb, profile)
            title = profile if not column else f"{profile}: mean {mean:.1f}"
            draw.text((column * cell + 6, top + 2), title, "black", font=font)
            for line, picture in enumerate((noisy, change)):
                crop = cv2.resize(picture[y : y + SIDE, x : x + SIDE], (cell, cell), interpolation=cv2.INTER_NEAREST)
                sheet.paste(Image.fromarray(crop), (column * cell, top + LINE + line * cell))
    FILE.parent.mkdir(exist_ok=True)
    sheet.save(FILE, quality=82)


if __name__ == "__main__":
    main()
