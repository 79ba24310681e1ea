"""Which instructions ask for the same thing, in any script."""

import unicodedata

import pytest

from transforms.dedup.fingerprint import normalise_instruction

SAME = [
    ("Please, could you add a dog?", "add the DOG"),
    ("café", unicodedata.normalize("NFD", "CAFÉ")),
    ("ｱﾆﾒ風に", "アニメ風に"),
    ("ＭＡＫＥ it red！", "make it red"),
    ("把 天空 变红。", "把天空变红"),
    ("画面をvintage風に", "画面を vintage 風に"),
    ("ทำให้สว่าง", unicodedata.normalize("NFKD", "ทำให้สว่าง!")),
    ("add ❤️", "add ❤"),
    ("\ufeffred\u200b", "red"),
    ("अनार हटाओ।", "अनार हटाओ"),
]
OTHER = [
    ("เสือ", "เสื้อ"),  # tiger, shirt: one mark of tone
    ("ขาว", "ข่าว"),
    ("काला करो", "कला करो"),  # vowel signs
    ("မီး", "မီ"),
    ("resume", "résumé"),
    ("شد", "شدّ"),
    ("add 🐶", "add 🐱"),
    ("add 👩\u200d🚒", "add 👩🚒"),
    ("明るく", "暗く"),
    ("Mach das Licht an", "Mach das Licht"),
    ("Change the letter to A", "Change the letter to"),
    ("brightness +20", "brightness -20"),
    ("はんがい", "ばんがい"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_the_same_in_other_letters_and_marks(one, other):
    assert normalise_instruction(one) == normalise_instruction(other) != ""


@pytest.mark.parametrize(("one", "other"), OTHER)
def test_what_differs_stays_apart(one, other):
    assert normalise_instruction(one) != normalise_instruction(other)
