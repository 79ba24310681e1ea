from pathlib import Path

import cv2
import numpy as np
import pytest

from transforms.edits.config import EditsConfig
from transforms.edits.lettering.boards import ON_GROUND, ON_THINGS, ON_WALLS
from transforms.edits.lettering.fonts import faces
from transforms.edits.lettering.hang import hung, on_ground, on_wall
from transforms.edits.lettering.set import fitting, letters, lines_of
from transforms.edits.lettering.words import (
    day,
    event,
    guest,
    notice,
    numbered,
    offer,
    pair,
    price,
    saying,
    shop,
    street,
)
from transforms.edits.scene import Scene
from transforms.sources.image import SourceImage

BOARDS = ON_WALLS + ON_THINGS + ON_GROUND


def test_texts_are_many_and_differ_within_a_pair():
    rng = np.random.default_rng(0)
    says = (shop, notice, numbered, street, offer, price, event, saying, day, guest)
    made = [pair(say, rng) for say in says for _ in range(60)]
    assert all(old != new and old.strip() == old and new.strip() == new for old, new in made)
    assert len({text for texts in made for text in texts}) > 500


def test_shipped_typefaces_are_in_a_fixed_order_and_draw_what_is_said():
    known = faces()
    assert list(known) == sorted(known) and len(known) >= 8
    for face in known:
        assert letters("€4.50 & ä", face, 30, 1, 300, 60).max() > 0.9


def test_a_folder_without_typefaces_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"no usable \.ttf"):
        EditsConfig(fonts=str(tmp_path))


def test_a_folder_of_typefaces_is_used(tmp_path):
    (tmp_path / "one.ttf").write_bytes(Path(faces()[0]).read_bytes())
    (tmp_path / "broken.otf").write_bytes(b"none")
    assert [path.rsplit("/", 1)[1] for path in faces(str(tmp_path))] == ["one.ttf"]


@pytest.mark.parametrize("count", [1, 2, 3])
def test_lines_keep_the_words(count):
    text = "Home-made plums at the harbour"
    rows = lines_of(text, count)
    assert " ".join(rows) == text and len(rows) == count


def test_words_fill_their_box_and_stay_in_it():
    face = faces()[0]
    size, lines = fitting(("MIND THE STEP", "PUSH"), face, 200, 90)
    cover = letters("MIND THE STEP", face, size, lines, 200, 90)
    assert cover[:, 0].max() == 0 and cover[:, -1].max() == 0
    assert (cover > 0.5).any(axis=0).mean() > 0.5


@pytest.mark.parametrize("board", BOARDS, ids=lambda board: board.noun)
def test_two_boards_differ_in_their_words_alone(board, plain):
    scene = Scene(SourceImage(plain.record, cv2.resize(plain.rgb, (720, 540))))
    rng = np.random.default_rng(1)
    where = on_ground(board, 360, 270, 220, 0.8, rng) if board in ON_GROUND else on_wall(board, 360, 270, 260, rng)
    _, paper, ink = board.schemes[0]
    made = hung(scene, board, where, ("Room 7", "Room 9"), faces()[0], (np.array(paper), np.array(ink)), rng)
    assert made is not None
    before, after, mask = made
    differs = np.abs(before.over(scene.photo).astype(int) - after.over(scene.photo)).max(axis=2) > 8
    assert differs.any() and not (differs & ~mask).any() and differs.mean() < 0.4 * mask.mean()
    assert mask.mean() > 0.02


def test_the_blur_of_a_photo_is_measured():
    rgb = np.full((200, 200, 3), 60, np.uint8)
    rgb[:, 100:] = 190
    rgb[80:120, 40:60] = 230
    found = []
    for sigma in (0.6, 1.2):
        soft = cv2.GaussianBlur(rgb, (0, 0), sigma)
        found.append(Scene(SourceImage(None, soft)).blur)
    assert found[0] < found[1] and found[1] == pytest.approx(1.2, abs=0.4)
