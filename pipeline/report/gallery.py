"""One static page to look through: no network, no server, works by double click."""

import io
from collections import Counter
from collections.abc import Sequence
from importlib.resources import files
from typing import Any

import numpy as np
from jinja2 import Environment, StrictUndefined
from PIL import Image

from pipeline.dataset import Sample
from pipeline.report.draw import draw_overlay, region_colour
from pipeline.report.figures import Summary
from schemas.example import Example
from schemas.vocabulary import EDIT_TYPES, OUTCOMES
from transforms import storage
from transforms.texts.clean import clean_text

SIDE = 640
"""Longer side of the page's pictures, pixels."""
FOLDER = "gallery"
PAGE = "gallery.html"


def write_gallery(report: str, summary: Summary, samples: Sequence[Sample], pages: Sequence[str]) -> str:
    """Write `gallery.html` and its pictures below the folder `report`; return the page's path.

    Args:
        report: folder.
        summary: figures for the head of the page.
        samples: what to show, in order.
        pages: names of further pictures in `report` to link to: charts and contact sheets.
    """
    cards = [_card(report, sample) for sample in samples]
    outcomes, types = Counter(card["outcome"] for card in cards), Counter(card["edit_type"] for card in cards)
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters["seen"] = clean_text  # sets of earlier versions hold texts as they came in
    template = environment.from_string((files("pipeline.report") / "gallery.html.j2").read_text(encoding="utf-8"))
    text = template.render(
        summary=summary,
        cards=cards,
        outcomes=[(name, outcomes[name]) for name in OUTCOMES if outcomes[name]],
        edit_types=[(name, types[name]) for name in EDIT_TYPES if types[name]],
        pages=pages,
    )
    path = storage.join(report, PAGE)
    storage.write_bytes(path, text.encode())
    return path


def _card(report: str, sample: Sample) -> dict[str, Any]:
    """Write the pictures of a sample; return what the template shows of it."""
    example = sample.example()
    edited = sample.image("edited")
    overlay = draw_overlay(*_small_overlay(edited, sample.label_map(), example))
    pictures = {"source": sample.image("source"), "edited": edited, "regions": overlay}
    sizes = {}
    for name, picture in pictures.items():
        small = _small(picture)
        storage.write_bytes(storage.join(report, FOLDER, f"{sample.key}.{name}.jpg"), _jpeg(small))
        sizes[name] = small.size
    return {
        "key": example.key,
        "outcome": example.outcome,
        "edit_type": example.edit_type,
        "example": example,
        "sizes": sizes,
        "folder": FOLDER,
        "regions": [(region, "#{:02x}{:02x}{:02x}".format(*region_colour(region))) for region in example.edit_region],
    }


def _small(picture: np.ndarray) -> Image.Image:
    image = Image.fromarray(picture)
    image.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
    return image


def _small_overlay(edited: np.ndarray, label_map: np.ndarray, example: Example) -> tuple[np.ndarray, Any, np.ndarray]:
    small = _small(edited)
    labels = Image.fromarray(label_map).resize(small.size, Image.Resampling.NEAREST)
    return np.asarray(small), example.edit_region, np.asarray(labels)


def _jpeg(image: Image.Image) -> bytes:
    stream = io.BytesIO()
    image.save(stream, "JPEG", quality=86)
    return stream.getvalue()
