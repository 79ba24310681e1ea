"""Noun phrases that name people."""

import re

PERSONS = frozenset({
    "adult", "artist", "astronaut", "athlete", "audience", "baby", "biker", "boy", "bride", "bridegroom",
    "bridesmaid", "carpenter", "catcher", "cheerleader", "chef", "child", "children", "clown", "cop", "cowboy",
    "cowgirl", "crowd", "customer", "cyclist", "bicyclist", "dad", "dancer", "daughter", "diver", "doctor",
    "driver", "drummer", "elder", "family", "farmer", "father", "fireman", "firefighter", "fisherman",
    "gentleman", "girl", "goalkeeper", "golfer", "grandfather", "grandmother", "groom", "guitarist", "guy",
    "hiker", "human", "individual", "infant", "jockey", "kid", "lady", "man", "men", "mechanic", "monk",
    "mother", "motorcyclist", "mum", "mom", "musician", "nun", "nurse", "officer", "passenger", "pedestrian",
    "people", "person", "pianist", "pilot", "player", "policeman", "policewoman", "priest", "referee", "rider",
    "sailor", "scientist", "shopper", "singer", "skateboarder", "skater", "skier", "snowboarder", "soldier",
    "son", "spectator", "student", "surfer", "swimmer", "teacher", "teen", "teenager", "toddler", "tourist",
    "umpire", "violinist", "waiter", "waitress", "woman", "women", "worker", "youth",
    "actor", "actress", "adolescent", "archer", "aunt", "baker", "ballerina", "barber", "barista", "bartender",
    "bodyguard", "boxer", "brother", "butcher", "bystander", "cashier", "climber", "commuter", "couple", "cousin",
    "dude", "elderly", "fencer", "friend", "gal", "goalie", "granddaughter", "grandma", "grandpa", "grandparent",
    "grandson", "guard", "gymnast", "hunter", "husband", "jogger", "judge", "king", "lawyer", "newborn", "nephew",
    "niece", "painter", "parent", "peasant", "photographer", "pirate", "prince", "princess", "queen", "racer", "runner",
    "schoolboy", "schoolgirl", "sister", "someone", "traveler", "traveller", "twin", "uncle", "vendor", "wife", "wives",
    "wrestler",
    # as other languages' sets call them
    "mensch", "mann", "frau", "personne", "homme", "femme", "enfant", "persona", "hombre", "mujer", "pessoa",
    "homem", "mulher", "человек", "人", "人物", "行人", "男人", "女人", "孩子", "婴儿", "사람",
})  # fmt: skip
"""Singular nouns, and irregular plurals."""
PARTS = frozenset({
    "arm", "beard", "body", "chin", "ear", "elbow", "eye", "eyebrow", "face", "finger", "foot", "forehead", "hair",
    "hand", "head", "knee", "leg", "lip", "mouth", "neck", "nose", "shoulder", "skin", "torso",
})  # fmt: skip
"""Parts of people, where nothing else is said of whose they are."""
NOBODY = frozenset({
    "toy", "gingerbread", "snow", "lego", "paper", "plastic", "cd", "dvd", "record", "mp3", "media", "music", "video",
    "cassette", "tape", "screw", "table", "carpet",
})  # fmt: skip
"""First words of what only looks like a person, or only sounds like one ("record player")."""
_MAN = re.compile(
    r"(?:air|business|camera|chair|congress|country|cow|crafts|crew|door|fire|fisher|frog|gun|handy|horse|lines|mail|"
    r"maintenance|milk|noble|police|post|repair|sales|service|spokes|sports|states|stunt|swords|trades|watch|weather|"
    r"work)(?:wo)?m[ae]n"
)
"""Men and women by what they do; not every word that ends so is one (snowman, ottoman)."""
_BEFORE = re.compile(
    r"^(.*?)\s+(?:of|on|in|with|at|near|under|behind|by|from|beside|holding|riding|wearing|sitting|standing|walking)\b"
)


def names_people(noun: str) -> bool:
    """Return whether a noun phrase without article names a person, people, or a part of one.

    >>> [names_people(noun) for noun in ("Young Women", "person on a bicycle", "human face", "hand", "bridegrooms")]
    [True, True, True, True, True]
    >>> [names_people(noun) for noun in ("businesswoman", "firemen", "Wives", "rock climber", "snowmen", "ottoman")]
    [True, True, True, True, False, False]
    >>> [names_people(noun) for noun in ("baby carriage", "statue of a man", "snowman", "toy soldier", "CD player")]
    [False, False, False, False, False]
    """
    text = re.sub(r"[\s_-]+", " ", noun.strip().lower())
    before = _BEFORE.match(text)
    words = (before[1] if before else text).split()
    if not words or words[0] in NOBODY:
        return False
    last, joined = words[-1], "".join(words[-2:])
    return (
        words[0] in ("human", "person", "people")
        or _MAN.fullmatch(last) is not None
        or bool({last, joined, last.removesuffix("s"), re.sub(r"ies$", "y", last)} & PERSONS)
        or (len(words) == 1 and bool({last, last.removesuffix("s"), last.removesuffix("es")} & (PARTS | {"feet"})))
    )
