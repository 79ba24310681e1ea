"""How records travel between steps: as JSON, by a coder that is registered for each type that crosses a shuffle."""

from typing import Any

from apache_beam import coders

from schemas.example import Model
from schemas.manifest import ShardInfo
from schemas.work import Collected, MadePart, Placement, ShardTask, Span, WorkList


class ModelCoder(coders.Coder):
    """A record as its JSON: equal records have equal bytes, and reading runs no code."""

    def __init__(self, model: type[Model]) -> None:
        self.model = model

    def encode(self, value: Model) -> bytes:
        """Return the record's JSON."""
        return value.model_dump_json().encode()

    def decode(self, encoded: bytes) -> Model:
        """Return the record, checked."""
        return self.model.model_validate_json(encoded)

    def is_deterministic(self) -> bool:
        """Say so: fields stand in the model's order."""
        return True

    def to_type_hint(self) -> type[Model]:
        """Return the record's type."""
        return self.model

    @classmethod
    def from_type_hint(cls, typehint: Any, registry: Any) -> "ModelCoder":
        """Return the coder of a record's type."""
        return cls(typehint)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ModelCoder) and other.model is self.model

    def __hash__(self) -> int:
        return hash(self.model)


CROSSING: tuple[type[Model], ...] = (Collected, MadePart, Placement, ShardInfo, ShardTask, Span, WorkList)
"""Every type that may cross a shuffle or be a side input."""

for _model in CROSSING:
    coders.registry.register_coder(_model, ModelCoder)
