"""What a training of the region network is made by."""

from importlib.resources import files
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import Field, ValidationError

from schemas.errors import UserError
from schemas.example import Model


class TrainingRecipe(Model):
    """Settings of the data and of the loop; `regions.yaml` beside this file is the one that the weights come from."""

    units: Annotated[int, Field(ge=2)]
    """Scenes and photos that cases are made of, some six each; every twentieth is held back."""
    data_seed: int
    """Of the data."""
    steps: Annotated[int, Field(ge=1)]
    """Of eight cases each."""


def load_training_recipe(path: Path | None = None) -> TrainingRecipe:
    """Read a recipe; the built-in one if no path is given.

    Raises:
        UserError: it cannot be read, or a key is unknown or missing.
    """
    place = path or Path(str(files("pipeline.regions_train") / "regions.yaml"))
    try:
        return TrainingRecipe.model_validate(yaml.safe_load(place.read_text(encoding="utf-8")))
    except OSError as error:
        raise UserError(f"--recipe {place}: {error.strerror}; name a YAML file") from None
    except yaml.YAMLError as error:
        raise UserError(f"--recipe {place}: not valid YAML ({error}); mend it") from None
    except ValidationError as error:
        problem = error.errors()[0]
        known = ", ".join(TrainingRecipe.model_fields)
        raise UserError(
            f"--recipe {place}: {'.'.join(map(str, problem['loc']))}: {problem['msg']}; keys: {known}"
        ) from None
