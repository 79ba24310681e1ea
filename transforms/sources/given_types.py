"""Edit types that imported pairs bring in words of their own, counted for the user."""

from collections import Counter
from collections.abc import Iterable

from schemas.plan import SourceItem
from schemas.reject import Reject

SHOWN = 8
"""Words that the line lists."""


def unknown_types(found: Iterable[SourceItem | Reject]) -> str:
    """Return a line that counts the words for edit types that are none of the vocabulary's; "" if there are none.

    Args:
        found: what was found in the sources.
    """
    pairs = (entry.pair for entry in found if isinstance(entry, SourceItem) and entry.pair)
    words = Counter(
        pair.given_type
        for pair in pairs
        if pair.edit_type == "unknown" and pair.given_type.lower() not in ("-", "unknown")
    )
    if not words:
        return ""
    most = ", ".join(
        f"{word} {count}" for word, count in sorted(words.items(), key=lambda one: (-one[1], one[0]))[:SHOWN]
    )
    more = f", and {len(words) - SHOWN} more" if len(words) > SHOWN else ""
    return f"{words.total()} pairs have an edit type outside the vocabulary, kept as unknown: {most}{more}"
