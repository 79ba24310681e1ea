"""One row of a file of pairs, fields by name, to an item: what is required, what may be left out, what is forgiven."""

import json
import math
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import ValidationError

from schemas.aggregation import UNJUDGED
from schemas.example import ScoredReasoning
from schemas.plan import PairRow, Rights, SourceItem
from schemas.reject import Reject
from schemas.vocabulary import EDIT_TYPES, EditType
from transforms.sources.files import printable_name
from transforms.sources.rights import people_of
from transforms.sources.roles import likely_field
from transforms.sources.row_path import resolve, shortened

REQUIRED = ("source", "edited", "instruction")
PICTURES = REQUIRED[:2]
OPTIONAL = (
    "edit_type", "editor", "license", "attribution", "people", "scene", "semantic_consistency", "perceptual_quality",
)  # fmt: skip
NOT_GIVEN = "-"
SHOWN_FIELDS = 12
"""Fields of a row that a message lists."""
_KNOWN_TYPES = {name.replace("-", "_"): name for name in EDIT_TYPES}


class BadRowError(ValueError):
    """A row that is no pair. Attributes: reason, as in `rejected.parquet`; detail, one line for a person."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason, self.detail = reason, detail


def reject_row(name: str, reason: str, detail: str) -> Reject:
    """Return the row of a record or file that is no pair."""
    return Reject(
        level="file",
        key=name,
        name=name,
        stage="read",
        reason=reason,
        reject_class="error",
        detail=printable_name(" ".join(detail.split()))[:500],
    )


def pair_of_row(
    fields: Mapping[str, Any], name: str, folder: str, rights: Rights, required: tuple[str, ...] = REQUIRED
) -> SourceItem | Reject:
    """Return the item of a row, or the reject that says what is wrong with which field.

    Names of fields count in any case; others than `REQUIRED` and `OPTIONAL` are ignored. An optional field that is
    null, empty or blank is one that is not there, and so is a required one, which is an error.

    Args:
        fields: of the row, values as JSON has them, or texts.
        name: of the row, for people.
        folder: in which relative paths start, a path or an address.
        rights: that hold where the row says nothing.
        required: fields without which the row is refused.
    """
    row = _by_name(fields)
    try:
        return _item(row, name, folder, rights, required)
    except BadRowError as error:
        return reject_row(name, error.reason, error.detail)


def _item(row: Mapping[str, Any], name: str, folder: str, rights: Rights, required: tuple[str, ...]) -> SourceItem:
    _check_required(row, required)
    instruction = _required_text(row, "instruction") if "instruction" in required else NOT_GIVEN
    source, edited = (_path(row, role, folder) for role in PICTURES)
    edit_type, given_type = edit_type_of(row.get("edit_type"))
    own = {"license": _text(row, "license"), "attribution": _text(row, "attribution"), "people": _people(row)}
    return SourceItem(
        name=name,
        uri=source,
        dataset="pairs",
        scene=_text(row, "scene") or "-",
        base_length=base_length(folder, source),
        rights=rights.model_copy(update={key: value for key, value in own.items() if value}),
        pair=PairRow(
            name=name,
            edited_uri=edited,
            instruction=instruction,
            edit_type=edit_type,
            given_type=given_type,
            editor=_text(row, "editor") or "unknown",
            semantic_consistency=_scored(row, "semantic_consistency"),
            perceptual_quality=_scored(row, "perceptual_quality"),
        ),
    )


def base_length(folder: str, uri: str) -> int:
    """Return how many characters of a picture's address name the folder that its row is in; 0 if it is elsewhere."""
    start = folder.rstrip("/") + "/"
    return len(start) if uri.startswith(start) else 0


def edit_type_of(value: Any) -> tuple[EditType, str]:
    """Return the edit type of the vocabulary that a value stands for, `unknown` if none, and the value's own words.

    >>> edit_type_of("Color-Alter"), edit_type_of(["Add", "colour"]), edit_type_of(None)
    (('color_alter', 'Color-Alter'), ('unknown', 'Add, colour'), ('unknown', '-'))
    """
    if value is None:
        return "unknown", NOT_GIVEN
    words = value if isinstance(value, list) else [value]
    given = shortened(", ".join(text for text in map(_as_words, words) if text))
    plain = "_".join(given.lower().replace("-", " ").replace("_", " ").split())
    known: Any = _KNOWN_TYPES.get(plain, "unknown")
    return known, given or NOT_GIVEN


def _as_words(value: Any) -> str:
    if is_nothing(value):
        return ""
    words = value if isinstance(value, str) else json.dumps(value, ensure_ascii=True)
    return " ".join(printable_name(words).split())


def is_nothing(value: Any) -> bool:
    """Return whether a field's value says nothing: null, an empty or blank text, not a number, an empty list or object.

    >>> is_nothing(None), is_nothing("  "), is_nothing(float("nan")), is_nothing(0)
    (True, True, True, False)
    """
    if isinstance(value, str):
        return not value.strip()
    if isinstance(value, float):
        return math.isnan(value)
    return value is None or (isinstance(value, list | dict) and not value)


def _by_name(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields by their names in lower case, `_` for blanks and hyphens; a name as it is written comes first.

    >>> _by_name({"Edit type": "b", "edit_type": "a"})
    {'edit_type': 'a'}
    """
    row = {"_".join(str(key).strip().lower().replace("-", " ").split()): value for key, value in fields.items()}
    return row | {key: fields[key] for key in row if key in fields}


def _check_required(row: Mapping[str, Any], required: Iterable[str]) -> None:
    missing = [key for key in required if is_nothing(row.get(key))]
    if not missing:
        return
    said = [f"{key} ({_emptiness(row[key])})" if key in row else key for key in missing]
    others = [key for key in row if key not in required]
    has = ", ".join(shortened(key) for key in list(row)[:SHOWN_FIELDS]) or "no fields"
    renames = [
        f"{other} to {key}"
        for key in missing
        if key not in row and (other := next((name for name in others if likely_field(name) == key), ""))
    ]
    todo = f"; rename {', '.join(renames)} if that is what they are" if renames else ""
    raise BadRowError("missing_field", f"{', '.join(said)}: missing; the row has {has}{todo}")


def _emptiness(value: Any) -> str:
    return "null" if value is None or isinstance(value, float) else "empty"


def _required_text(row: Mapping[str, Any], key: str) -> str:
    value = _only(row[key])
    if not isinstance(value, str):
        raise BadRowError("bad_field", f"{key}: is {_kind(value)}; write a text")
    return _unicode(value.strip(), key)


def _path(row: Mapping[str, Any], key: str, folder: str) -> str:
    value = _only(row[key])
    if not isinstance(value, str):
        raise BadRowError("bad_field", f"{key}: is {_kind(value)}; write the path of one picture")
    try:
        return resolve(_unicode(value, key), folder)
    except ValueError as error:
        if isinstance(error, BadRowError):
            raise
        raise BadRowError("bad_path", f"{key}: {error}") from None


def _text(row: Mapping[str, Any], key: str) -> str:
    """Return an optional text, "" if there is none; a number (an id) is the text of its digits."""
    value = _only(row.get(key))
    if value is None or is_nothing(value):
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str):
        raise BadRowError("bad_field", f"{key}: is {_kind(value)}; write a text, or leave it out")
    return _unicode(value.strip(), key)


def _people(row: Mapping[str, Any]) -> str:
    value = _only(row.get("people"))
    if is_nothing(value):
        return ""
    if (people := people_of(value)) is None:
        raise BadRowError("bad_field", f"people: {shortened(repr(value))}; write yes, no or unknown")
    return people


def _scored(row: Mapping[str, Any], key: str) -> ScoredReasoning | None:
    """Return a judgement of two scores, given as a field or in a `judgement` as records have it; None without one."""
    value, whole = row.get(key), row.get("judgement")
    if is_nothing(value) and isinstance(whole, dict):
        value = whole.get(key)
    if isinstance(value, str) and value.strip():
        try:
            value = json.loads(value)
        except ValueError:
            raise BadRowError("bad_field", f"{key}: {_FORM}") from None
    if is_nothing(value):
        return None
    if not isinstance(value, dict):
        raise BadRowError("bad_field", f"{key}: is {_kind(value)}; {_FORM}")
    if all(map(is_nothing, value.values())):
        return None
    given = {"reasoning": NOT_GIVEN} | {part: own for part, own in value.items() if not is_nothing(own)}
    if isinstance(given.get("score"), list):
        given["score"] = [UNJUDGED if is_nothing(score) else score for score in given["score"]]
    try:
        return ScoredReasoning.model_validate({part: given[part] for part in ("reasoning", "score") if part in given})
    except ValidationError as error:
        problem = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, [key, *problem["loc"]]))
        raise BadRowError("bad_field", f"{place}: {problem['msg']}; {_FORM}") from None


_FORM = 'write {"reasoning": "...", "score": [a, b]} with whole scores 0 to 25'


def _only(value: Any) -> Any:
    """Return the one element of a list of one; anything else as it is."""
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def _kind(value: Any) -> str:
    if isinstance(value, list):
        return f"a list of {len(value)}"
    if isinstance(value, dict):
        return f"an object ({', '.join(map(str, list(value)[:3]))})"
    return f"true or false ({value})" if isinstance(value, bool) else f"a number ({value})"


def _unicode(text: str, key: str) -> str:
    if printable_name(text) != text:
        raise BadRowError("bad_field", f"{key}: holds half a character (a lone surrogate); write it again")
    return text
