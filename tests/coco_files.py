"""A tiny annotation set in the format of COCO, made of bundled photos: people, an animal, things, broken rows."""

import json

import numpy as np

from transforms.sources.bundled.objects import object_mask
from transforms.sources.bundled.photos import load_catalogue, read_photo_bytes

CATEGORIES = {
    "person": (1, "person"), "cat": (17, "animal"), "cup": (47, "kitchen"), "rocket": (80, "vehicle"),
    "tie": (32, "accessory"), "flower": (64, "indoor"),
}  # fmt: skip
NAMED = {
    "woman": "person", "man": "person", "cat": "cat", "cup and saucer": "cup", "rocket": "rocket", "jacket": "tie",
    "dahlia": "flower", "jumpsuit": "tie",
}  # fmt: skip
PHOTOS = ("astronaut", "chelsea", "coffee", "rocket", "grace_hopper", "camera", "flower")


def runs(mask):
    """Return run lengths down the columns, beginning with background."""
    flat = np.concatenate([[False], mask.T.ravel()])
    turns = np.flatnonzero(flat[1:] != flat[:-1])
    return np.diff([0, *turns, mask.size]).tolist()


def compressed(counts):
    """Return run lengths as the string that COCO's tools write."""
    text = []
    for index, count in enumerate(counts):
        value = count - counts[index - 2] if index > 2 else count
        more = True
        while more:
            bits = value & 0x1F
            value >>= 5
            more = value != -1 if bits & 0x10 else value != 0
            text.append(chr((bits | (0x20 if more else 0)) + 48))
    return "".join(text)


def write_coco(folder):
    """Write annotations.json and images/; return the address for `--sources`."""
    images, annotations = [], []
    (folder / "images").mkdir(parents=True)
    for number, photo in enumerate(p for p in load_catalogue() if p.name in PHOTOS):
        name = f"{photo.name}.{'png' if photo.resource.endswith('png') else 'jpg'}"
        (folder / "images" / name).write_bytes(read_photo_bytes(photo))
        images.append({
            "id": number, "file_name": name, "width": photo.width, "height": photo.height, "license": 4,
            "flickr_url": f"http://example.org/{photo.name}",
        })  # fmt: skip
        for item in photo.objects:
            if item.name not in NAMED:
                continue
            mask = object_mask(item, photo.width, photo.height)
            polygons = [[c for point in ring for c in point] for ring in item.polygons_xy]
            size = [photo.height, photo.width]
            kinds = (polygons, {"counts": runs(mask), "size": size}, {"counts": compressed(runs(mask)), "size": size})
            annotations.append({
                "id": len(annotations), "image_id": number, "category_id": CATEGORIES[NAMED[item.name]][0],
                "iscrowd": 0, "segmentation": kinds[len(annotations) % 3], "area": 1, "bbox": [0, 0, 1, 1],
            })  # fmt: skip
    annotations.append({"id": 900, "image_id": 0, "category_id": 1, "iscrowd": 1, "segmentation": {"counts": [1]}})
    annotations.append({"id": 901, "image_id": 0, "category_id": 1, "iscrowd": 0, "segmentation": [[1, 2]]})
    annotations.append(
        {"id": 902, "image_id": 1, "category_id": 999, "iscrowd": 0, "segmentation": [[1, 2, 3, 4, 5, 6]]}
    )
    images.append({"id": 50, "file_name": "gone.jpg", "width": 10, "height": 10, "license": 4})
    images.append({"id": 51, "file_name": "../outside.jpg", "width": 10, "height": 10})
    data = {
        "images": images,
        "annotations": annotations,
        "categories": [{"id": i, "name": n, "supercategory": group} for n, (i, group) in CATEGORIES.items()],
        "licenses": [{"id": 4, "name": "Attribution", "url": "http://creativecommons.org/licenses/by/2.0/"}],
    }
    (folder / "annotations.json").write_text(json.dumps(data), encoding="utf-8")
    return f"coco:{folder}/annotations.json:{folder}/images"
