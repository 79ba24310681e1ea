"""Everything that is generated from the models: JSON Schema, Arrow schemas, `datasets` features, the card's YAML.

`python -m schemas.generate` rewrites the committed files in `schemas/generated/`.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from types import NoneType
from typing import TYPE_CHECKING, Annotated, Any, Literal, get_args, get_origin

import pyarrow as pa
import yaml
from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema

from schemas.example import Example
from schemas.hash_list import HashRow
from schemas.manifest import Manifest
from schemas.metadata import MetadataRow, metadata_row
from schemas.reject import Reject
from schemas.sources import SourceRow

if TYPE_CHECKING:
    from datasets import Features

__all__ = [
    "arrow_schema",
    "card_metadata",
    "card_yaml",
    "features",
    "hash_list_arrow_schema",
    "metadata_arrow_schema",
    "metadata_row",
    "rejects_arrow_schema",
    "rendered_files",
    "sources_arrow_schema",
    "write_files",
]

GENERATED = Path(__file__).parent / "generated"
_SCALARS = {str: pa.string(), int: pa.int64(), float: pa.float64(), bool: pa.bool_()}
_COLUMN_NAMES = {"reject_class": "class"}
"""Columns that are named by a word Python keeps for itself."""


def arrow_type(annotation: Any) -> pa.DataType:
    """Return the Arrow type of a field's annotation.

    Raises:
        TypeError: the annotation can be null or has no one Arrow type, so readers could not rely on it.
    """
    origin, args = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return arrow_type(args[0])
    if origin is Literal and all(isinstance(value, str) for value in args):
        return pa.string()
    if origin is list:
        return pa.list_(arrow_type(args[0]))
    if annotation in _SCALARS:
        return _SCALARS[annotation]
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return pa.struct(_arrow_fields(annotation))
    nullable = "a field is never null" if NoneType in args else "no Arrow type for it"
    raise TypeError(f"{annotation}: {nullable}")


def _arrow_fields(model: type[BaseModel]) -> list[pa.Field]:
    return [
        pa.field(_COLUMN_NAMES.get(name, name), arrow_type(field.annotation))
        for name, field in model.model_fields.items()
    ]


def arrow_schema() -> pa.Schema:
    """Return the Arrow schema of `KEY.json`."""
    return pa.schema(_arrow_fields(Example))


def metadata_arrow_schema() -> pa.Schema:
    """Return the Arrow schema of `metadata/SPLIT.parquet`."""
    return pa.schema(_arrow_fields(MetadataRow))


def sources_arrow_schema() -> pa.Schema:
    """Return the Arrow schema of `sources.parquet`."""
    return pa.schema(_arrow_fields(SourceRow))


def hash_list_arrow_schema() -> pa.Schema:
    """Return the Arrow schema of a hash list."""
    return pa.schema(_arrow_fields(HashRow))


def rejects_arrow_schema() -> pa.Schema:
    """Return the Arrow schema of `rejected.parquet`; the column `class` holds `reject_class`."""
    return pa.schema(_arrow_fields(Reject))


def _image_columns(image_ext: str) -> list[str]:
    return [f"source.{image_ext}", f"edited.{image_ext}", "mask.png"]


def features(image_ext: str = "jpg") -> "Features":
    """Return the `datasets` features of a shard's sample.

    Args:
        image_ext: extension of the source and edited members: jpg, png or webp.
    """
    from datasets import Features, Image, Value
    from datasets.features.features import generate_from_arrow_type

    return Features(
        {
            "__key__": Value("string"),
            "__url__": Value("string"),
            **{column: Image() for column in _image_columns(image_ext)},
            "json": generate_from_arrow_type(pa.struct(_arrow_fields(Example))),
        }
    )


def _yaml_type(kind: pa.DataType) -> dict[str, Any]:
    """Return a type as the card's YAML spells it: `dtype`, `struct` or `list`."""
    if pa.types.is_struct(kind):
        return {"struct": [_yaml_field(kind.field(i)) for i in range(kind.num_fields)]}
    if pa.types.is_list(kind):
        inner = _yaml_type(kind.value_type)
        return {"list": inner.get("struct") or inner.get("dtype") or inner}
    return {"dtype": str(kind).replace("double", "float64")}


def _yaml_field(field: pa.Field) -> dict[str, Any]:
    return {"name": field.name, **_yaml_type(field.type)}


def card_metadata(splits: Sequence[str], image_ext: str = "jpg") -> dict[str, Any]:
    """Return what the card's front matter says of files and types, as plain data.

    Args:
        splits: names of the splits that have shards, in order.
        image_ext: extension of the source and edited members.
    """
    columns = [{"name": name, "dtype": "string"} for name in ("__key__", "__url__")]
    columns += [{"name": name, "dtype": "image"} for name in _image_columns(image_ext)]
    return {
        "configs": [
            {
                "config_name": "default",
                "data_files": [{"split": split, "path": f"data/{split}-*.tar"} for split in splits],
            }
        ],
        "dataset_info": {
            "config_name": "default",
            "features": [*columns, _yaml_field(pa.field("json", pa.struct(_arrow_fields(Example))))],
        },
    }


def card_yaml(splits: Sequence[str], image_ext: str = "jpg", **more: Any) -> str:
    """Return the card's front matter between its `---` lines; readers take types from it and infer nothing.

    Args:
        splits: names of the splits that have shards, in order.
        image_ext: extension of the source and edited members.
        more: further keys, which come first (licence, tags, ...).
    """
    return f"---\n{_dump({**more, **card_metadata(splits, image_ext)})}---\n"


def _dump(data: Any) -> str:
    return yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=120)


class _EveryField(GenerateJsonSchema):
    """A field with a default is still never missing from a record."""

    def field_is_required(self, field: Any, total: bool) -> bool:
        return True


def rendered_files() -> dict[str, str]:
    """Return name -> text of every generated file."""
    schemas: dict[str, type[BaseModel]] = {"example": Example, "manifest": Manifest, "reject": Reject}
    arrow = {
        "example": arrow_schema(),
        "metadata": metadata_arrow_schema(),
        "rejected": rejects_arrow_schema(),
        "sources": sources_arrow_schema(),
        "hash_list": hash_list_arrow_schema(),
    }
    return {
        **{f"{name}.schema.json": _json_schema(model) for name, model in schemas.items()},
        **{f"{name}.arrow.yaml": _dump([_yaml_field(field) for field in schema]) for name, schema in arrow.items()},
        "card.yaml": card_yaml(["train", "validation", "test"]),
    }


def _json_schema(model: type[BaseModel]) -> str:
    schema = model.model_json_schema(mode="serialization", schema_generator=_EveryField)
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def write_files(folder: Path = GENERATED) -> None:
    """Rewrite the generated files."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in rendered_files().items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write_files()
