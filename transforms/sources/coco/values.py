"""Numbers and flags of annotation files in their usual spellings: 1.0 and "1" for 1, "0" for false."""

import json
from typing import Any

_NO = frozenset({"", "0", "0.0", "false", "no", "none", "null"})


def identity(value: Any) -> str:
    """Return an identifier as text, equal for 7, 7.0 and "7"; any value has one.

    >>> identity(7.0), identity("7"), identity("007"), identity(None)
    ('7', '7', '"007"', 'null')
    """
    number = whole(value)
    if number is not None and (not isinstance(value, str) or value.strip() in (str(number), f"{number}.0")):
        return str(number)
    return json.dumps(value, sort_keys=True)


def whole(value: Any) -> int | None:
    """Return a whole number that is written as an integer, a float or text; None for everything else.

    >>> whole(128.0), whole(" 128 "), whole(1.5), whole(True), whole("x")
    (128, 128, None, None, None)
    """
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
        return int(value if isinstance(value, int) else number) if number == int(number) else None
    except (ValueError, OverflowError):
        return None


def truth(value: Any) -> bool:
    """Return whether a flag is set; "0", "false" and null are not.

    >>> [truth(value) for value in (0, 1, "0", "1", "False", None, 0.0, True)]
    [False, True, False, True, False, False, False, True]
    """
    return str(value).strip().lower() not in _NO if isinstance(value, str) else bool(value)
