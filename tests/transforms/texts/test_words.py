"""Words, characters and places where lines may end, in many scripts."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.texts.words import characters_of, is_unspaced, pieces_of, words_of

COUNTS = {
    "brighter": 1,
    "Ajoute l'arbre à gauche": 5,
    "Сделай небо красным": 3,
    "Κάνε τον ουρανό κόκκινο": 4,
    "اجعل السماء حمراء": 3,
    "הפוך את השמיים לאדומים": 4,
    "आसमान को लाल करो": 4,
    "வானத்தை சிவப்பாக்கு": 2,
    "하늘을 빨갛게 바꿔": 3,
    "Làm bầu trời đỏ": 4,
    "ცა გააწითლე": 2,
    "变亮": 2,
    "空を赤く": 4,
    "ｱﾆﾒ": 3,
    "ทำให้สว่าง": 7,
    "ເຮັດໃຫ້ສະຫວ່າງ": 11,
    "人々": 2,
    "vintage 风格": 3,
    "３D": 1,
    "": 0,
    "!? …": 0,
    "👍🏽 ❤️": 0,
    "___": 0,
    "\u3164\u115f": 0,
}


@pytest.mark.parametrize("text", COUNTS)
def test_words_are_counted_in_any_script(text):
    assert len(words_of(text)) == COUNTS[text]


@pytest.mark.parametrize("text", ["ကောင်းကင်ကို အနီရောင် ပြောင်းပါ", "ធ្វើឱ្យមេឃក្រហម", "བྱ་དམར་པོ་བཟོ།", "ꦲꦏ꧀ꦱꦫ"])
def test_a_sentence_without_spaces_has_many_words(text):
    assert len(words_of(text)) >= 3
    assert all(not word[0].isspace() for word in words_of(text))


def test_marks_belong_to_their_letters():
    assert (
        words_of("น้ำ") == ["น้ำ"]
        and words_of("हिन्दी") == ["हिन्दी"]
        and words_of("e\u0301te\u0301") == ["e\u0301te\u0301"]
    )
    assert [is_unspaced(word) for word in ("น้ำ", "हिन्दी", "é", "변", "々")] == [True, False, False, False, True]


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet=st.one_of(st.characters(), st.sampled_from("把红น้ำกि क्\u200d「」()“” ab"))))
def test_pieces_and_characters_are_the_whole_text(text):
    assert "".join(characters_of(text)) == text
    assert "".join(pieces_of(text)) == text.rstrip() or not text.isprintable()
