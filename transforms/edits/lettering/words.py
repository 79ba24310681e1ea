"""What things say, and how it changes: names that no shop has, notices, dates, prices, numbers."""

import re
from collections.abc import Callable

import numpy as np

Rng = np.random.Generator

HEADS = ("Vel", "Tarn", "Oke", "Bram", "Lun", "Sori", "Kel", "Mar", "Dov", "Ash", "Pell", "Ryd", "Cor", "Hol", "Nim")
TAILS = (
    "mora",
    "wick",
    "lo",
    "ley",
    "etta",
    "den",
    "vane",
    "by",
    "stone",
    "ara",
    "field",
    "oso",
    "quist",
    "well",
    "mere",
)
TRADES = (
    "Bakery", "Coffee", "Books", "Flowers", "Cycles", "Records", "Tailors", "Hardware", "Dairy", "Pharmacy", "Toys",
    "Opticians", "Fish", "Tea", "Shoes", "Antiques", "Garden", "Pizza", "Noodles", "Clocks",
)  # fmt: skip
NOTICES = (
    "NO PARKING", "KEEP OUT", "PRIVATE", "WET PAINT", "PLEASE KNOCK", "MIND THE STEP", "NO ENTRY", "STAFF ONLY",
    "QUIET PLEASE", "DO NOT TOUCH", "FREE ENTRY", "OUT OF ORDER", "NO SMOKING", "SOLD OUT", "FOR RENT", "FOR SALE",
    "BACK SOON", "OPEN DAILY", "CLOSED TODAY", "PUSH", "PULL", "EXIT", "WELCOME", "NO DOGS", "DANGER", "SLOW DOWN",
    "HANDLE WITH CARE", "THIS SIDE UP", "FRAGILE", "LOST AND FOUND", "CASH ONLY", "WAIT HERE", "RING THE BELL",
)  # fmt: skip
GOODS = (
    "bread", "apples", "honey", "soup", "lemonade", "cheese", "plums", "eggs", "pancakes", "roses", "candles", "jam",
    "olives", "tulips", "waffles", "peaches", "pasta", "salad", "cider", "carrots",
)  # fmt: skip
PRAISE = ("Fresh", "Warm", "Local", "Sweet", "Organic", "Home-made", "Best", "New", "Hot", "Cold", "Ripe", "Today's")
STREETS = ("Mill", "Station", "Harbour", "Chapel", "Orchard", "Market", "Bridge", "Castle", "Garden", "School", "North")
WAYS = ("Street", "Road", "Lane", "Square", "Row", "Hill", "Court", "Way")
TITLES = (
    "The Long Winter", "A House by the Sea", "Nine Lessons", "The Glass Orchard", "Letters Home", "Salt and Iron",
    "The Clockmaker", "Rivers of the North", "An Empty Chair", "The Last Ferry", "Small Hours", "Birds of Passage",
    "The Paper Garden", "Under Slate Roofs", "A Map of Rain", "The Quiet Engine",
)  # fmt: skip
SAYINGS = (
    "A quiet morning", "The long way home", "One fine day", "What a view", "Almost there", "Taken last summer",
    "Somewhere new", "Greetings from far away", "Stay curious", "Every day counts", "Look closer", "Not far now",
    "Before the rain", "We were here", "Nothing to add", "Wish you were here", "The first of many", "Late again",
)  # fmt: skip
MONTHS = ("January", "March", "April", "May", "June", "July", "August", "September", "October", "November")
NUMBERED = (
    "Platform",
    "Room",
    "Gate",
    "Track",
    "Floor",
    "Bay",
    "Table",
    "Locker",
    "Exit",
    "Stop",
    "Lot",
    "Desk",
    "No.",
)


def _pick(options: tuple[str, ...], rng: Rng) -> str:
    return options[int(rng.integers(len(options)))]


def _brand(rng: Rng) -> str:
    return _pick(HEADS, rng) + _pick(TAILS, rng)


def shop(rng: Rng) -> str:
    """Return what stands over a shop."""
    name, trade = _brand(rng), _pick(TRADES, rng)
    forms = (f"{name} {trade}", f"{name} & Sons", f"{trade} {name}", f"{name}'s {trade}", name)
    return _pick(forms, rng)


def notice(rng: Rng) -> str:
    """Return a rule or a hint."""
    return _pick(NOTICES, rng)


def numbered(rng: Rng) -> str:
    """Return a word with a number."""
    return f"{_pick(NUMBERED, rng)} {int(rng.integers(1, 100))}"


def street(rng: Rng) -> str:
    """Return the name of a street."""
    return f"{_pick(STREETS, rng)} {_pick(WAYS, rng)}"


def offer(rng: Rng) -> str:
    """Return what is sold, at which price."""
    goods, price = _pick(GOODS, rng), _price(rng)
    forms = (f"{_pick(PRAISE, rng)} {goods}", f"{goods} {price}", f"{_pick(PRAISE, rng)} {goods} {price}")
    text = _pick(forms, rng)
    return text[0].upper() + text[1:]


def price(rng: Rng) -> str:
    """Return a price, or how much is taken off."""
    return _price(rng) if rng.random() < 0.7 else f"{5 * int(rng.integers(1, 15))} % off"


def event(rng: Rng) -> str:
    """Return what happens on which day."""
    kinds = (
        "Concert",
        "Market",
        "Open day",
        "Lecture",
        "Film night",
        "Book fair",
        "Quiz",
        "Dance",
        "Jumble sale",
        "Race",
    )
    return f"{_pick(kinds, rng)} {int(rng.integers(1, 29))} {_pick(MONTHS, rng)}"


def title(rng: Rng) -> str:
    """Return the title of a book."""
    return _pick(TITLES, rng)


def saying(rng: Rng) -> str:
    """Return what stands under a picture."""
    return _pick(SAYINGS, rng)


def day(rng: Rng) -> str:
    """Return a date as cameras print it."""
    return f"{int(rng.integers(1, 29)):02d}.{int(rng.integers(1, 13)):02d}.{int(rng.integers(1988, 2025))}"


def guest(rng: Rng) -> str:
    """Return what stands on a card on a table."""
    options = ("Reserved", "Ada", "Mr Quist", "Dr Lund", "Guest", "Table 4", "The Hollys", "Menu", "Thank you", "Noor")
    return _pick(options, rng)


WHOLE = 0.5
"""Share of changes that give a thing another text altogether."""
MORE: dict[Callable[[Rng], str], tuple[str, ...]] = {
    notice: ("{} TODAY", "{} PLEASE", "{} AT NIGHT", "{} 24 H"),
    shop: ("{} since 1932", "{} & Co", "New {}", "{} Ltd"),
    offer: ("Our {}", "{} today", "Only {}"),
    event: ("Grand {}", "{} at 7 pm", "{} – free"),
    numbered: ("{} A", "{} B", "To {}"),
    guest: ("{} – reserved", "{} & guest"),
}
"""What texts of a kind can be lengthened to."""
SHORTENED = frozenset({shop, offer, event, numbered})
"""Kinds of texts that still say something with a word less."""


def pair(say: Callable[[Rng], str], rng: Rng) -> tuple[str, str]:
    """Return two texts, what a thing said and what it shall say: another text, or the same with one thing changed."""
    old = say(rng)
    if rng.random() > WHOLE:
        ways = (_other_number, _other_case, _word_more, _word_less)
        for index in rng.permutation(len(ways)):
            new = ways[index](say, old, rng)
            if new not in ("-", old):
                return old, new
    for _ in range(20):
        new = say(rng)
        if new != old:
            break
    return old, new


def _other_number(say: Callable[[Rng], str], text: str, rng: Rng) -> str:
    found = re.search(r"\d+", text)
    if found is None or say is day:
        return "-"
    low, high = 10 ** (len(found[0]) - 1), 10 ** len(found[0])
    number = min(int(rng.integers(low, high)), 28 if say is event else high)
    return text[: found.start()] + str(number) + text[found.end() :]


def _other_case(say: Callable[[Rng], str], text: str, rng: Rng) -> str:
    return text.lower().capitalize() if text.isupper() else text.upper()


def _word_more(say: Callable[[Rng], str], text: str, rng: Rng) -> str:
    return _pick(MORE[say], rng).format(text) if say in MORE else "-"


def _word_less(say: Callable[[Rng], str], text: str, rng: Rng) -> str:
    words = text.split()
    if say not in SHORTENED or len(words) < 2 or "&" in words:
        return "-"
    rest = " ".join(words[:-1] if rng.random() < 0.6 or say is numbered else words[1:])
    return rest[0].upper() + rest[1:]


def _price(rng: Rng) -> str:
    amount = f"{int(rng.integers(1, 30))}.{_pick(('00', '20', '50', '75', '90', '95', '99'), rng)}"
    return _pick((f"${amount}", f"€{amount}", f"£{amount}"), rng)
