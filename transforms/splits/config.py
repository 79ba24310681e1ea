"""Settings of the splits."""

from typing import Annotated

from pydantic import Field, model_validator

from schemas.example import Model

Quota = Annotated[float, Field(ge=0, le=1)]


class SplitsConfig(Model):
    """Share of each split; they add up to 1."""

    train: Quota = 0.9
    validation: Quota = 0.05
    test: Quota = 0.05

    @model_validator(mode="after")
    def _adds_up(self) -> "SplitsConfig":
        total = self.train + self.validation + self.test
        if abs(total - 1) > 1e-6:
            raise ValueError(f"train, validation and test must add up to 1, got {total:g}")
        return self
