"""Words and characters of any script, by Unicode's properties.

Chinese, Japanese, Thai, Lao, Khmer, Burmese and some others are written without spaces between words. Only a dictionary
could find the words of such a text; each of its characters counts as a word here.
"""

import unicodedata

import regex

_UNSPACED = (
    r"[[[\p{L}\p{M}\p{Nl}]&&[\p{LB=ID}\p{LB=CJ}\p{LB=SA}\p{LB=AK}\p{LB=AP}\p{LB=AS}\p{Han}\p{Hiragana}\p{Katakana}]]"
    r"--[\p{Latin}\p{Hangul}\p{DI}]]"
)
"""Letters of scripts without spaces, told by their class of line breaking."""
_LETTER = r"[[\p{L}\p{N}]--\p{DI}]"
"""Letters and digits, but for blank ones such as the Hangul filler."""
_INSIDE = r"[[[\p{L}\p{N}\p{M}_]--\p{DI}]\u200c\u200d]"
"""What a word goes on with: marks of vowels and tones too, and the invisible joiners of Persian and Indian scripts."""
_WORD = regex.compile(rf"(?={_UNSPACED})\X\p{{M}}*|{_LETTER}(?:(?!{_UNSPACED}){_INSIDE})*", regex.VERSION1)
_ONE_UNSPACED = regex.compile(_UNSPACED, regex.VERSION1)
_NEEDLESS = regex.compile(rf"(?<={_UNSPACED})\s+|\s+(?={_UNSPACED})", regex.VERSION1)
_CHARACTER = regex.compile(r"\X", regex.VERSION1)
_OPENING, _CLOSING = r"[\p{Ps}\p{Pi}]", r"[\p{Pe}\p{Pf}\p{Po}]"
_PIECE = regex.compile(
    rf"\s*{_OPENING}*(?:(?={_UNSPACED})\X\p{{M}}*{_CLOSING}*|(?:(?!{_UNSPACED}|{_OPENING})\S)+|(?!{_UNSPACED})\S)",
    regex.VERSION1,
)


def words_of(text: str) -> list[str]:
    """Return the words of a text: runs of letters, marks and digits; single characters in scripts without spaces.

    >>> words_of("Make the T-shirt red!"), words_of("把car变红"), words_of("ทำให้สว่าง")[:3]
    (['Make', 'the', 'T', 'shirt', 'red'], ['把', 'car', '变', '红'], ['ทำ', 'ใ', 'ห้'])
    >>> words_of("नीला करो"), words_of("👍 !!!")
    (['नीला', 'करो'], [])
    """
    return list(_WORD.findall(text))


def word_spans(text: str) -> list[tuple[int, int]]:
    """Return the first and the last place, exclusive, of every word of `words_of`."""
    return [found.span() for found in _WORD.finditer(text)]


def is_unspaced(word: str) -> bool:
    """Return whether a word begins with a character of a script without spaces.

    >>> is_unspaced("红"), is_unspaced("red"), is_unspaced("빨간")
    (True, False, False)
    """
    return _ONE_UNSPACED.match(word) is not None


def without_needless_spaces(text: str) -> str:
    """Return a text without the spaces around characters of scripts without spaces, where people differ in them.

    >>> without_needless_spaces("把 car 变 红"), without_needless_spaces("빨간 차")
    ('把car变红', '빨간 차')
    """
    return _NEEDLESS.sub("", text)


def without_accents(text: str) -> str:
    """Return a text without the marks on its letters: for the sound of a word's first letter, not for comparing.

    >>> without_accents("éclair")
    'eclair'
    """
    return "".join(letter for letter in unicodedata.normalize("NFD", text) if not unicodedata.combining(letter))


def characters_of(text: str) -> list[str]:
    """Return what readers see as single characters: letters with their marks, emoji of several parts.

    >>> characters_of("ก็ดี👩🏽‍🚒")
    ['ก็', 'ดี', '👩🏽\u200d🚒']
    """
    return list(_CHARACTER.findall(text))


def pieces_of(text: str) -> list[str]:
    """Return the pieces of a text between which a line may end; spaces stand at the beginning of a piece.

    A closing mark stays with what it closes, an opening one with what it opens.

    >>> pieces_of("Make it (deep) red."), pieces_of("把「门」漆成红色。")
    (['Make', ' it', ' (deep)', ' red.'], ['把', '「门」', '漆', '成', '红', '色。'])
    """
    return list(_PIECE.findall(text))
