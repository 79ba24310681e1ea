"""The model's card (`README.md`). Nothing in it names a machine or a path."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import yaml
from jinja2 import Environment, StrictUndefined

from pipeline.export_model.check import Agreement
from pipeline.export_model.trained import TrainedRun

CARD = "README.md"
_HUB_ID = re.compile(r"[\w.-]+/[\w.-]+")


@dataclass(frozen=True)
class CardFacts:
    """What the card states besides the run.

    Attributes:
        checkpoint: best or last.
        license: lower-case SPDX identifier, or unknown.
        model_type: of the model's configuration.
        converted: linears in FP8, 0 for BF16.
        asked: about what the check asked.
        agreements: what was compared -> how it agreed.
    """

    checkpoint: str
    license: str
    model_type: str
    converted: int
    asked: str
    agreements: Mapping[str, Agreement]


def card_text(run: TrainedRun, facts: CardFacts) -> str:
    """Return the card of an exported model."""
    recipe = run.recipe
    trained = f"adapters of rank {recipe.lora.rank}, alpha {recipe.lora.alpha}, merged into the weights"
    if recipe.tune == "full":
        trained = "all weights" if recipe.train_vision else "all weights but the vision tower"
    environment = Environment(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, autoescape=False)
    template = environment.from_string((files(__package__) / "card.md.j2").read_text(encoding="utf-8"))
    return (
        template.render(
            run=run,
            recipe=recipe,
            facts=facts,
            base=_hub_id(run.model),
            began=f"a {facts.model_type} model in a folder" if run.model else "random weights",
            trained=f"{trained}, in {recipe.precision}",
            weights=f"BF16, {facts.converted} linear layers FP8" if facts.converted else "BF16",
            settings=yaml.safe_dump(recipe.model_dump(), sort_keys=False, default_flow_style=None).rstrip(),
        )
        + "\n"
    )


def _hub_id(model: str | None) -> str | None:
    """Return the model's name on a hub, None if it is a folder or none was given."""
    return model if model and _HUB_ID.fullmatch(model) and not Path(model).exists() else None
