import numpy as np

from transforms.regions.sam_choose import Evidence
from transforms.regions.sam_prompts import NEGATIVE, POSITIVE, point_prompts, seed_prompts


def strength_of(seeds):
    strength = np.full(seeds[0].shape, 0.4, np.float32)
    for seed in seeds:
        strength[seed] = 5
    return strength


def split(prompt):
    x, y = prompt.points.astype(int).T
    return [(x[prompt.labels == label], y[prompt.labels == label]) for label in (1, 0)]


def test_a_prompt_is_the_box_points_on_the_seed_and_points_around_it(scenes):
    seed = scenes.ellipse((200, 320), (100, 80), (30, 20))
    (prompt,) = seed_prompts([seed], strength_of([seed]))
    assert prompt.box_xyxy == (70, 60, 131, 101)
    assert prompt.points.dtype == np.float32
    (x, y), (beside_x, beside_y) = split(prompt)
    assert len(x) == POSITIVE
    assert seed[y, x].all()
    assert len(beside_x) == NEGATIVE
    assert not seed[beside_y, beside_x].any()
    quarters = {(bool(left), bool(above)) for left, above in zip(beside_x < 100, beside_y < 80, strict=True)}
    assert len(quarters) == NEGATIVE
    apart = [np.hypot(x[i] - x[j], y[i] - y[j]) for i in range(POSITIVE) for j in range(i)]
    assert min(apart) > 12


def test_points_are_where_the_difference_is_strongest(scenes):
    seed = scenes.ellipse((200, 320), (150, 100), (60, 40))
    strength = strength_of([seed])
    strong = scenes.ellipse((200, 320), (120, 100), (14, 14))
    strength[strong] = 40
    first = seed_prompts([seed], strength)[0].points[0].astype(int)
    assert strong[first[1], first[0]]


def test_no_negative_point_where_it_changed_too_or_between_neighbours(scenes):
    left = scenes.ellipse((200, 320), (90, 100), (24, 24))
    right = scenes.ellipse((200, 320), (180, 100), (24, 24))
    noisy = np.zeros((200, 320), bool)
    noisy[:70] = True
    strength = strength_of([left, right])
    strength[noisy & ~left & ~right] = 1.3
    for prompt in seed_prompts([left, right], strength):
        _, (x, y) = split(prompt)
        assert len(x)
        assert not noisy[y, x].any()
        assert not ((x >= 90) & (x <= 180) & (y > 76) & (y < 124)).any()


def test_a_seed_that_fills_the_frame_has_no_surroundings():
    seed = np.ones((60, 80), bool)
    (prompt,) = seed_prompts([seed], strength_of([seed]))
    assert prompt.box_xyxy == (0, 0, 80, 60)
    assert (prompt.labels == 1).all()


def test_a_seed_of_one_pixel_has_one_point():
    seed = np.zeros((60, 80), bool)
    seed[59, 79] = True
    (prompt,) = seed_prompts([seed], strength_of([seed]))
    assert prompt.points[prompt.labels == 1].tolist() == [[79, 59]]
    assert [point.points.tolist() for point in point_prompts(seed, strength_of([seed]))] == [[[79, 59]]]


def test_evidence_weighs_what_changed_and_what_did_not(scenes):
    seed = scenes.ellipse((200, 320), (100, 80), (30, 20))
    close = scenes.ellipse((200, 320), (101, 80), (31, 20))
    large = scenes.ellipse((200, 320), (100, 80), (90, 70))
    other = scenes.ellipse((200, 320), (200, 80), (30, 20))
    strength = strength_of([seed, other])
    evidence = Evidence(seed, strength, other)
    assert evidence.explained(seed) == 1.0
    assert 0.9 < evidence.explained(close) < 1
    assert evidence.explained(large) < 0.2
    assert evidence.explained(np.zeros_like(seed)) == 0
    quiet = scenes.ellipse((200, 320), (100, 150), (30, 20))
    assert evidence.explained(seed | quiet) < evidence.explained(seed | other) < 1
