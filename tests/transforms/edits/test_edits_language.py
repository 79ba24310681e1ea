import re
from dataclasses import replace

import numpy as np
import pytest

from transforms.edits.change import Change, Request
from transforms.edits.language import clause_for, instruction_for, place_of
from transforms.edits.language.clauses import CLAUSES
from transforms.edits.language.grammar import expand
from transforms.edits.language.references import Landmark, plural_of, references
from transforms.edits.language.typos import slip
from transforms.edits.pointing import pointed
from transforms.edits.scene import Scene

REQUESTS = {
    "tone": Request("tone", "whole picture", "warmer"),
    "recolour": Request("recolour", "red cup", "blue", "on the left", mentions_place=True),
    "add": Request("add", "orange ball", "-", "on the floor"),
    "remove": Request("remove", "ribbons"),
    "replace": Request("replace", "egg", "orange"),
    "move": Request("move", "mug", destination="to the left"),
    "text": Request("text", "sign", "OPEN"),
    "background": Request("background", "cat", "a clear blue sky"),
    "retexture": Request("retexture", "table", "white marble"),
    "style": Request("style", "whole picture", "an oil painting"),
    "resize": Request("resize", "red ball", "much bigger"),
    "pose": Request("pose", "cat", "lean to the left"),
    "turn": Request("turn", "coin", "upside down"),
}


@pytest.mark.parametrize("operation", sorted(CLAUSES))
def test_every_operation_is_asked_for_in_many_ways(operation):
    rng = np.random.default_rng(0)
    request = REQUESTS[operation]
    clauses = {clause_for(request, rng) for _ in range(200)}
    assert len(clauses) >= 6
    for clause in clauses:
        assert "{" not in clause and "  " not in clause and " -" not in clause and clause.strip() == clause
        assert request.target in clause or operation in ("tone", "style", "background")
        assert request.value in clause or request.value == "-"


def test_a_place_that_is_needed_is_always_named():
    rng = np.random.default_rng(1)
    assert all("on the left" in clause_for(REQUESTS["recolour"], rng) for _ in range(60))


def test_articles_and_number_agree():
    rng = np.random.default_rng(2)
    added = {clause_for(REQUESTS["add"], rng) for _ in range(60)}
    assert all("an orange ball" in clause for clause in added)
    swapped = {clause_for(Request("replace", "ribbons", "egg"), rng) for _ in range(100)}
    assert all("an egg" in clause for clause in swapped) and not any("ribbons is" in clause for clause in swapped)


def test_instructions_vary_and_name_every_request():
    rng = np.random.default_rng(3)
    made = [instruction_for([REQUESTS["recolour"], REQUESTS["add"], REQUESTS["text"]], rng) for _ in range(200)]
    assert len(set(made)) > 190
    for text in made:
        assert "red cup" in text and "orange ball" in text and "OPEN" in text
        assert not text[0].isspace() and "{" not in text


@pytest.mark.parametrize(
    ("x", "y", "said"), [(10, 50, "on the left"), (50, 50, "in the middle"), (95, 5, "in the upper right corner")]
)
def test_places_are_named_as_they_lie(x, y, said):
    mask = np.zeros((100, 100), bool)
    mask[y - 3 : y + 3, x - 3 : x + 3] = True
    assert place_of(mask) == said


def test_a_colour_takes_its_article():
    asked = Request("recolour", "roof", "orange")
    clauses = {clause_for(asked, np.random.default_rng(seed)) for seed in range(60)}
    assert any("an orange co" in clause for clause in clauses)
    assert not any(" a orange" in clause for clause in clauses)


def test_a_group_of_a_template_becomes_one_of_its_choices():
    made = {expand("(make|turn (it|this) and make) {the} (red|)", np.random.default_rng(seed)) for seed in range(60)}
    assert made == {
        f"{verb} {{the}}{end}" for verb in ("make", "turn it and make", "turn this and make") for end in ("", " red")
    }


@pytest.mark.parametrize("value", ["{odd} (a|b)", "O'Neill \U0001f680", "“quoted”", "Straße %s"])
def test_strange_names_come_through_unharmed(value):
    for seed in range(80):
        assert value in instruction_for([Request("text", "sign", value)], np.random.default_rng(seed), typos=1.0)


def test_what_is_no_imperative_is_never_asked_for_as_one():
    asked = [Request("recolour", "ball", value) for value in ("red", "yellow", "dark brown")]
    said = {instruction_for([request], np.random.default_rng(seed)) for request in asked for seed in range(400)}
    wrong = re.compile(r"(please|kindly|you|to|so good as to|so kind as to) (red|yellow|dark brown) (is|would)", re.I)
    assert any("would be better" in text for text in said)
    assert not [text for text in said if wrong.search(text)]


def test_every_template_of_every_operation_reads_as_text():
    rng = np.random.default_rng(4)
    for operation, request in ALL_REQUESTS.items():
        for _ in range(300):
            text = instruction_for([request], rng)
            assert not set("{}|()") & set(text) and "  " not in text and " ." not in text and ",," not in text, text
            assert not text.endswith((",", ";")), (operation, text)


ALL_REQUESTS = {
    **REQUESTS,
    "style": Request("style", "whole picture", "an oil painting"),
    "resize": Request("resize", "mug", "much smaller"),
    "pose": Request("pose", "woman", "lean to the left"),
    "turn": Request("turn", "coin", "upside down"),
}


def grams(text):
    words = re.findall(r"[\w'’-]+", text.lower())
    return list(zip(words, words[1:], words[2:], words[3:], strict=False))


def test_wording_varies_with_names_masked():
    """Every request has the same names here, so all variety is that of the wording."""
    assert set(ALL_REQUESTS) == set(CLAUSES)
    rng = np.random.default_rng(5)
    names = list(ALL_REQUESTS)
    texts = []
    for _ in range(1000):
        count = 1 if rng.random() < 0.8 else 2
        texts.append(instruction_for([ALL_REQUESTS[n] for n in rng.choice(names, count, replace=False)], rng))
    found = [gram for text in texts for gram in grams(text)]
    assert len(set(texts)) / len(texts) > 0.95
    assert len(set(found)) / len(found) > 0.38


def test_a_slip_touches_one_word_that_carries_no_meaning():
    text = "please make the yellow vase next to the mug say “HELLO THERE”"
    for seed in range(200):
        wrong = slip(text, ["yellow vase", "HELLO THERE"], np.random.default_rng(seed))
        pairs = list(zip(text.split(), wrong.split(), strict=True))
        changed = [old for old, new in pairs if old != new]
        assert len(changed) <= 1 and not set(changed) & {"yellow", "vase", "“HELLO", "THERE”"}
        assert abs(len(wrong) - len(text)) <= 1


def test_slips_are_as_rare_as_asked_for():
    clean = [instruction_for([REQUESTS["remove"]], np.random.default_rng(seed)) for seed in range(600)]
    typed = [instruction_for([REQUESTS["remove"]], np.random.default_rng(seed), 0.1) for seed in range(600)]
    assert 20 < sum(a != b for a, b in zip(clean, typed, strict=True)) < 110


def boxes(seed):
    """Things in random places, several of some kinds."""
    rng = np.random.default_rng(seed)
    made = []
    for index in range(int(rng.integers(2, 7))):
        noun = ("mug", "vase", "box")[int(rng.integers(3))]
        x, y, w, h = (int(v) for v in (*rng.integers(0, 400, 2), *rng.integers(10, 90, 2)))
        made.append(Landmark(f"{('red', 'blue', 'green')[index % 3]} {noun}", noun, (x, y, x + w, y + h)))
    return made


def holds(phrase, thing, things):
    """Say by brute force whether a reference is true of a thing."""
    x1, y1, x2, y2 = thing.box_xyxy
    words = phrase.removeprefix("the ")
    if which := re.match(r"(left|right|large|small)\w*( one)? of the \w+ ", words):
        if not words.endswith(plural_of(thing.noun)):
            return False
        value = {
            "left": lambda t: t.box_xyxy[0] + t.box_xyxy[2],
            "right": lambda t: -t.box_xyxy[0] - t.box_xyxy[2],
            "small": lambda t: (t.box_xyxy[2] - t.box_xyxy[0]) * (t.box_xyxy[3] - t.box_xyxy[1]),
            "large": lambda t: -(t.box_xyxy[2] - t.box_xyxy[0]) * (t.box_xyxy[3] - t.box_xyxy[1]),
        }[which[1]]
        return all(thing is t or value(thing) < value(t) for t in things if t.noun == thing.noun)
    if not words.startswith(thing.name):
        return False
    relation, other_name = words.removeprefix(thing.name).strip().rsplit(" the ", 1)
    (other,) = [t for t in things if t.name == other_name]
    a, b, c, d = other.box_xyxy
    if relation == "above":
        return y2 <= b
    if relation == "below":
        return y1 >= d
    return "left" not in relation or x2 <= a if "right" not in relation else x1 >= c


def test_references_are_true_of_their_target_and_of_nothing_else():
    made = 0
    for seed in range(300):
        things = boxes(seed)
        for target in things:
            others = [t for t in things if t is not target]
            for phrase in references(target, others, others):
                made += 1
                assert [t for t in things if holds(phrase, t, things)] == [target], (phrase, things)
    assert made > 300


def test_kinds_that_were_not_counted_are_not_compared():
    first, second = Landmark("coin", "coin", (0, 0, 10, 10)), Landmark("old coin", "coin", (100, 0, 130, 30))
    assert any("of the two" in phrase for phrase in references(first, [second], [second]))
    assert not any("of the two" in phrase for phrase in references(first, [second], []))


def test_a_photos_own_things_are_never_counted(annotated):
    """The photo may show more of a kind than its annotations name."""
    red = annotated.objects[0]
    twin = replace(annotated.objects[1], name=red.name, colour="-")
    scene = Scene(replace(annotated, objects=(red, twin)))
    changes = [
        Change("color_alter", Request("recolour", name, "green"), (), (), o.mask, o.mask)
        for name, o in (("red button", red), ("button", twin))
    ]
    said = [phrase for change in pointed(scene, changes) for phrase in change.request.references]
    assert said and not any(" of the two " in phrase for phrase in said)


@pytest.mark.parametrize(
    "name", ["décoration", "t-shirts", "красный шар", "น้ำแข็ง", "naïve painting’s frame", "smørrebrød"]
)
def test_a_slip_leaves_names_of_any_letters_alone(name):
    for seed in range(60):
        wrong = slip(f"please remove the {name} from the table", [name], np.random.default_rng(seed))
        assert name in wrong and wrong != f"please remove the {name} from the table"


def test_words_of_other_letters_get_no_slip():
    text = "убери красный шар и 把天空变红 ทำให้สว่าง"
    assert slip(text, [], np.random.default_rng(0)) == text
