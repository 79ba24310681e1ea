"""Whatever two images are given: no crash, and a result that holds what `RegionResult` promises."""

import cv2
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from skimage import data

from schemas.example import Edit
from schemas.geometry import xyxy_from_mask
from transforms.regions.config import RegionsConfig
from transforms.regions.derive import derive_regions
from transforms.regions.label import label_regions

PHOTOS = [data.coffee(), data.astronaut(), data.chelsea()]
SWITCHES = [name for name, field in RegionsConfig.model_fields.items() if field.annotation is bool]
sides = st.one_of(st.integers(1, 40), st.integers(1, 400))
sizes = st.tuples(sides, sides)


def crop_of_a_photo(rng, height, width):
    photo = PHOTOS[rng.integers(len(PHOTOS))]
    rows, columns = (min(side, rng.integers(1, side + 1) + 20) for side in photo.shape[:2])
    y, x = rng.integers(photo.shape[0] - rows + 1), rng.integers(photo.shape[1] - columns + 1)
    return cv2.resize(photo[y : y + rows, x : x + columns], (width, height), interpolation=cv2.INTER_AREA)


def flat(rng, height, width):
    return np.full((height, width, 3), rng.integers(0, 256, 3), np.uint8)


def gradient(rng, height, width):
    return cv2.resize(rng.integers(0, 256, (2, 2, 3), dtype=np.uint8), (width, height))


def lines_of_text(rng, height, width):
    page = np.full((height, width, 3), 255, np.uint8)
    scale = float(rng.uniform(0.2, 1.5))
    for y in range(10, height + 10, max(5, round(30 * scale))):
        words = "".join(chr(letter) for letter in rng.integers(32, 127, 60))
        cv2.putText(page, words, (2, y), cv2.FONT_HERSHEY_SIMPLEX, scale, rng.integers(0, 120, 3).tolist())
    return page


def noise(rng, height, width):
    return rng.integers(0, 256, (height, width, 3), dtype=np.uint8)


def shapes(rng, height, width):
    picture = flat(rng, height, width)
    for _ in range(rng.integers(1, 30)):
        centre, radius = (int(rng.integers(width)), int(rng.integers(height))), int(rng.integers(1, 40))
        cv2.circle(picture, centre, radius, rng.integers(0, 256, 3).tolist(), int(rng.integers(-1, 3)) or -1)
    return picture


def shifted(rng, image):
    matrix = np.array([[1, 0, rng.uniform(-9, 9)], [0, 1, rng.uniform(-9, 9)]])
    return cv2.warpAffine(image, matrix, image.shape[1::-1], borderMode=int(rng.choice([0, 1, 4])))


def stretched(rng, image):
    matrix = np.eye(2, 3) + rng.uniform(-0.05, 0.05, (2, 3))
    return cv2.warpAffine(image, matrix, image.shape[1::-1], borderMode=cv2.BORDER_REPLICATE)


def encoded_again(rng, image):
    quality = [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(5, 100))]
    return cv2.imdecode(cv2.imencode(".jpg", image, quality)[1], cv2.IMREAD_COLOR)


def pasted(rng, image):
    result = image.copy()
    for _ in range(rng.integers(1, 20)):
        (y1, y2), (x1, x2) = (np.sort(rng.integers(0, side + 1, 2)) for side in image.shape[:2])
        result[y1:y2, x1:x2] = (
            PICTURES[rng.integers(len(PICTURES))](rng, y2 - y1, x2 - x1) if y1 < y2 and x1 < x2 else 0
        )
    return result


def inverted(rng, image):
    return 255 - image


def toned(rng, image):
    return np.clip(image * rng.uniform(0.3, 1.7, 3) + rng.uniform(-60, 60, 3), 0, 255).astype(np.uint8)


def noisy(rng, image):
    return np.clip(image + rng.normal(0, rng.uniform(0, 40), image.shape), 0, 255).astype(np.uint8)


def mirrored(rng, image):
    return image[:, ::-1]  # a view whose memory runs backwards


def another(rng, image):
    return PICTURES[rng.integers(len(PICTURES))](rng, *image.shape[:2])


PICTURES = (crop_of_a_photo, flat, gradient, lines_of_text, noise, shapes)
CHANGES = (shifted, stretched, encoded_again, pasted, inverted, toned, noisy, mirrored, another)


@st.composite
def pairs(draw):
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    source = draw(st.sampled_from(PICTURES))(rng, *draw(sizes))
    edited = source
    for change in draw(st.lists(st.sampled_from(CHANGES), max_size=3)):
        edited = change(rng, edited)
    size = draw(st.one_of(st.none(), sizes))
    return source, edited if size is None else cv2.resize(edited, size)


configs = st.fixed_dictionaries(
    {"masks": st.sampled_from(["none", "grabcut"]), "work_size": st.sampled_from([64, 100, 256, 512, 512, 512])},
    optional={switch: st.booleans() for switch in SWITCHES},
)


@settings(max_examples=250, deadline=None)
@given(pair=pairs(), config=configs)
def test_any_pair_gives_what_is_promised(pair, config):
    source, edited = (image.copy() for image in pair)
    result = derive_regions(*pair, RegionsConfig.model_validate(config))
    assert np.array_equal(source, pair[0])
    assert np.array_equal(edited, pair[1])
    height, width = edited.shape[:2]
    assert result.size == (width, height)
    assert (result.delta_e_map.dtype, result.delta_e_map.shape) == (np.float32, (height, width))
    assert np.isfinite(result.delta_e_map).all()
    assert 0 <= result.noise_floor <= result.delta_e_map.max()
    assert np.isfinite(result.registration.matrix).all()
    assert np.isfinite([result.registration.displacement_px, result.registration.residual]).all()
    assert result.registration.ok == (result.status != "unregistrable")
    assert bool(result.regions) == (result.status in ("ok", "global"))
    assert len(result.regions) <= 12
    for index, region in enumerate(result.regions):
        assert region.whole_frame == (index == 0 and result.status == "global")
        assert (region.mask.dtype, region.mask.shape) == (bool, (height, width))
        assert region.bbox_xyxy == xyxy_from_mask(region.mask)
        assert all(type(value) is int for value in region.bbox_xyxy)
        assert 0 <= region.delta_e < 200
        assert 0 <= region.confidence <= 1
    order = [(-r.mask.sum(), r.bbox_xyxy[1], r.bbox_xyxy[0]) for r in result.regions]
    assert order == sorted(order)
    edit_region, label_map = label_regions(result, [Edit.imported("unknown")])
    assert [region.id for region in edit_region] == [*range(1, len(edit_region) + 1)]
    assert set(np.unique(label_map)) - {0} == {region.id for region in edit_region}
