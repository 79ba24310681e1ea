"""The data set's card (`README.md`): types for its readers, then what it is, all counted from the rows."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from jinja2 import Environment, StrictUndefined

from pipeline.publish.licenses import UNKNOWN, most_restrictive
from schemas.example import SCHEMA_VERSION, Example
from schemas.generate import card_yaml
from schemas.manifest import Accounting, ComponentCount
from schemas.vocabulary import EDIT_TYPES, OUTCOMES, SPLITS

CARD = "README.md"
_HUB_IDS = frozenset({"cc0-1.0", "cc-by-2.0", "cc-by-3.0", "cc-by-4.0", "cc-by-sa-4.0", "mit", "apache-2.0"})
"""Licences that the card's `license` key knows by their lower-case SPDX name; the rest are `other`."""


@dataclass(frozen=True)
class CardFacts:
    """What the card states besides the rows; nothing here names a time, host or path.

    Attributes:
        recipe: the recipe's name.
        description: one or two sentences about it.
        config_hash, seed, version: of the build; version is the package's.
        image_ext: jpg, png or webp.
        accounting: both equations.
        mixture: what each component was to have, and has.
    """

    recipe: str
    description: str
    config_hash: str
    seed: int
    version: str
    image_ext: str
    accounting: Accounting
    mixture: Sequence[ComponentCount]


def with_shard_counts(card: str, counts: Mapping[Any, int]) -> str:
    """Return a card whose table of splits has other numbers of shards, its last column."""

    def line(text: str) -> str:
        cells = text.split(" | ")
        split = cells[0].removeprefix("| ")
        return " | ".join([*cells[:-1], f"{counts[split]} |"]) if len(cells) == 5 and split in counts else text

    return "\n".join(map(line, card.split("\n")))


def card_text(facts: CardFacts, rows_by_split: Mapping[Any, Sequence[dict[str, Any]]]) -> str:
    """Return the card of a data set.

    Args:
        facts: of the build.
        rows_by_split: metadata rows of the kept samples per split; every count comes from them.
    """
    splits = [split for split in SPLITS if rows_by_split.get(split)]
    rows = [row for split in splits for row in rows_by_split[split]]
    judged = [row for row in rows if row["overall"] >= 0]
    body = _template().render(
        facts=facts,
        schema_version=SCHEMA_VERSION,
        fields=list(Example.model_fields),
        rows=rows,
        splits=[_split_line(split, rows_by_split[split]) for split in splits],
        outcomes=_counted(rows, "outcome", OUTCOMES),
        edit_types=_counted(rows, "edit_type", EDIT_TYPES),
        unedited=sum(row["n_regions"] == 0 for row in rows),
        editors=sorted({row["editor"] for row in rows}),
        methods=sorted({row["region_method"] for row in rows}),
        judged=len(judged),
        annotators=sorted({row["annotator"] for row in judged}),
        oracle=any(row["annotator"].startswith("oracle/") for row in judged),
        rendered=any(row["editor"].startswith("renderer/") for row in rows),
        license=most_restrictive(row["license"] for row in rows),
        unknown_license=UNKNOWN,
        rights=_rights(rows),
        mixed=len(facts.mixture) > 1,
        shortfalls=[line for component in facts.mixture for line in component.shortfalls()],
        truth=_truth(rows),
    )
    return _front_matter(splits, rows, facts) + body


def _template() -> Any:
    environment = Environment(
        undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True
    )
    environment.filters["cell"] = lambda text: str(text).replace("|", "\\|").replace("\n", " ")
    return environment.from_string((files("pipeline.publish") / "card.md.j2").read_text(encoding="utf-8"))


def _front_matter(splits: Sequence[str], rows: Sequence[dict[str, Any]], facts: CardFacts) -> str:
    license = most_restrictive(row["license"] for row in rows)
    name = license.lower()
    rights = {"license": name} if name in _HUB_IDS else {"license": "other", "license_name": name}
    return card_yaml(
        splits,
        facts.image_ext,
        pretty_name=f"SpatialReward {facts.recipe}",
        **rights,
        tags=["image-editing", "reward-model", "webdataset"],
    )


def _split_line(split: str, rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    distinct = {name: len({row[column] for row in rows}) for name, column in _DISTINCT.items()}
    return {"name": split, "samples": len(rows), **distinct}


_DISTINCT = {"groups": "group_id", "sources": "source_id", "shards": "shard"}


def _counted(rows: Sequence[dict[str, Any]], column: str, order: Sequence[str]) -> list[tuple[str, int]]:
    counts = Counter(row[column] for row in rows)
    return [(value, counts[value]) for value in order if counts[value]]


def _rights(rows: Sequence[dict[str, Any]]) -> list[tuple[str, str, int]]:
    """Return (licence, attribution, samples) for each distinct pair, sorted."""
    counts = Counter((row["license"], row["attribution"]) for row in rows)
    return [(license, attribution, counts[license, attribution]) for license, attribution in sorted(counts)]


def _truth(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return how the shipped regions agree with the known truth, over the kept samples that have one and regions."""
    known = [row for row in rows if row["truth_iou"] >= 0 and row["n_regions"]]
    mean = {name: sum(row[name] for row in known) / len(known) if known else 0.0 for name in ("truth_iou", "truth_f1")}
    return {"samples": len(known), **mean}
