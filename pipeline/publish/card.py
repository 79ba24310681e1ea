"""The data set's card (`README.md`): types for its readers, then what it is, all counted from the rows."""

from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any

from jinja2 import Environment, StrictUndefined

from pipeline.config import DISTRIBUTION
from pipeline.publish.counts import CardCounts
from pipeline.publish.licenses import UNKNOWN, most_restrictive
from schemas.example import SCHEMA_VERSION, Example
from schemas.generate import card_yaml
from schemas.manifest import Manifest
from schemas.vocabulary import EDIT_TYPES, OUTCOMES

CARD = "README.md"
_HUB_IDS = frozenset({"cc0-1.0", "cc-by-2.0", "cc-by-3.0", "cc-by-4.0", "cc-by-sa-4.0", "mit", "apache-2.0"})
"""Licences that the card's `license` key knows by their lower-case SPDX name; the rest are `other`."""


def with_shard_counts(card: str, counts: Mapping[Any, int]) -> str:
    """Return a card whose table of splits has other numbers of shards, its last column."""

    def line(text: str) -> str:
        cells = text.split(" | ")
        split = cells[0].removeprefix("| ")
        return " | ".join([*cells[:-1], f"{counts[split]} |"]) if len(cells) == 5 and split in counts else text

    return "\n".join(map(line, card.split("\n")))


def card_text(manifest: Manifest, counts: CardCounts, description: str, image_ext: str) -> str:
    """Return the card of a data set.

    Args:
        manifest: of it; the hashes of its files do not count.
        counts: of the metadata rows of the kept samples, one at least.
        description: one or two sentences about the recipe, `-` for none.
        image_ext: jpg, png or webp.
    """
    judged = sorted(counts.annotators)
    body = _template().render(
        manifest=manifest,
        description=description,
        image_ext=image_ext,
        version=manifest.versions[DISTRIBUTION],
        schema_version=SCHEMA_VERSION,
        fields=list(Example.model_fields),
        examples=counts.samples.total(),
        splits=[{"name": split, "samples": counts.samples[split], **counts.distinct(split)} for split in counts.splits],
        outcomes=_in_order(counts.values["outcome"], OUTCOMES),
        edit_types=_in_order(counts.values["edit_type"], EDIT_TYPES),
        unedited=counts.unedited,
        editors=sorted(counts.values["editor"]),
        methods=sorted(counts.values["region_method"]),
        judged=counts.judged,
        annotators=judged,
        oracle=any(name.startswith("oracle/") for name in judged),
        rendered=any(name.startswith("renderer/") for name in counts.values["editor"]),
        license=_license(counts),
        unknown_license=UNKNOWN,
        rights=[(*rights, counts.rights[rights]) for rights in sorted(counts.rights)],
        mixed=len(manifest.mixture) > 1,
        shortfalls=[line for component in manifest.mixture for line in component.shortfalls()],
        truth=_truth(counts),
    )
    return _front_matter(counts, manifest.recipe, image_ext) + body


def _template() -> Any:
    environment = Environment(
        undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True
    )
    environment.filters["cell"] = lambda text: str(text).replace("|", "\\|").replace("\n", " ")
    return environment.from_string((files("pipeline.publish") / "card.md.j2").read_text(encoding="utf-8"))


def _front_matter(counts: CardCounts, recipe: str, image_ext: str) -> str:
    license = _license(counts)
    name = license.lower()
    rights = {"license": name} if name in _HUB_IDS else {"license": "other", "license_name": name}
    return card_yaml(
        counts.splits,
        image_ext,
        pretty_name=f"SpatialReward {recipe}",
        **rights,
        tags=["image-editing", "reward-model", "webdataset"],
    )


def _license(counts: CardCounts) -> str:
    return most_restrictive(license for license, _ in counts.rights)


def _in_order(counts: Mapping[str, int], order: Sequence[str]) -> list[tuple[str, int]]:
    return [(value, counts[value]) for value in order if counts[value]]


def _truth(counts: CardCounts) -> dict[str, Any]:
    """Return how the shipped regions agree with the known truth, over the kept samples that have one and regions."""
    number = counts.truths
    means = {"truth_iou": counts.truth_iou, "truth_f1": counts.truth_f1}
    return {"samples": number, **{name: total / number if number else 0.0 for name, total in means.items()}}
