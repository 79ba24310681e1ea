import pytest

from pipeline.config import config_hash, load_recipe, recipe_names
from pipeline.mixture import edits_of, targets_of
from schemas.errors import UserError


@pytest.mark.parametrize("name", ["demo", "pairs", "photos"])
def test_built_in_recipes_are_valid(name):
    assert name in recipe_names()
    assert load_recipe(name).name == name


def test_a_file_and_overrides(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text("name: mine\nnum_examples: 5\n")
    recipe = load_recipe(str(path), ["seed=7", "shards.target_samples=9", "splits={train: 1, validation: 0, test: 0}"])
    assert (recipe.seed, recipe.shards.target_samples, recipe.splits.train) == (7, 9, 1.0)


@pytest.mark.parametrize(
    ("overrides", "words"),
    [
        (["shards.target=3"], r"unknown key shards\.target; .*target_samples"),
        (["num_examples=0"], "num_examples"),
        (["seed"], "key=value"),
        (["num_examples.x=1"], "num_examples is a value"),
        (["seed=[1"], "not a valid YAML value"),
        (["mixture=[{name: a, examples: 3, edits: {max_editz: 3}}]"], r"component a: edits\.max_editz"),
        (["mixture=[{name: a, exampels: 3}]"], r"mixture\.0\.examples"),
        (["mixture=[{name: a, examples: 3, people: none}]"], r"mixture\.0\.people"),
        (["mixture=[{name: a, examples: 3, quotas: {type: {}}}]"], "unknown key mixture.0.quotas.type; .*outcome"),
        (["mixture=[{name: a, examples: 3}, {name: a, examples: 4}]"], r"two components have one name"),
    ],
)
def test_a_bad_override_is_named(overrides, words):
    with pytest.raises(UserError, match=words):
        load_recipe("demo", overrides)


@pytest.mark.parametrize("text", ["- a\n", "a: [\n"])
def test_a_bad_file_is_named(tmp_path, text):
    path = tmp_path / "bad.yaml"
    path.write_text(text)
    with pytest.raises(UserError, match=r"bad\.yaml"):
        load_recipe(str(path))


def test_the_configuration_hash_follows_what_decides_bytes_and_nothing_else():
    base = config_hash(load_recipe("demo"), ["a", "b"])
    assert config_hash(load_recipe("demo", ["execution.round_sources=3"]), ["b", "a"]) == base
    assert config_hash(load_recipe("demo", ["seed=1"]), ["a", "b"]) != base
    assert config_hash(load_recipe("demo"), ["a", "c"]) != base


def test_a_mixture_is_scaled_and_each_component_has_its_own_edits():
    recipe = load_recipe("spatialreward-260k", ["num_examples=2600"])
    assert {target.name: target.num_examples for target in targets_of(recipe)} == {
        "general": 1000,
        "human": 500,
        "fine": 500,
        "multi": 600,
    }
    edits = edits_of(recipe)
    assert edits["multi"].min_edits == 2 and edits["general"].max_edits == 1
    assert edits["human"].operations.tone == 0 and edits["human"].operations.add == recipe.edits.operations.add
    assert sum(target.num_examples for target in targets_of(load_recipe("spatialreward-260k"))) == 260_000
    assert [target.num_examples for target in targets_of(load_recipe("multi-edit-60k"))] == [60_000]
