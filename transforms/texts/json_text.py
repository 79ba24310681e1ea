"""JSON that a strict reader refuses for single characters in its strings."""

import json

from transforms.texts.clean import without_surrogates


def mended_json(data: bytes) -> bytes | None:
    r"""Return JSON whose strings hold no raw control characters and no half of a surrogate pair; None if it is no JSON.

    Programs that cut a text at a number of UTF-16 units leave half an emoji: it becomes U+FFFD. Raw control characters
    become escapes.

    >>> mended_json(b'{"a": "x\x07 \\ud83d"}').decode()
    '{"a": "x\\u0007 �"}'
    >>> mended_json(b"no JSON")
    """
    try:
        value = json.loads(data.decode("utf-8", "surrogatepass"), strict=False)
    except (ValueError, RecursionError):
        return None
    return without_surrogates(json.dumps(value, ensure_ascii=False)).encode()
