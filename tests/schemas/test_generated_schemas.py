"""Generated schemas: up to date, typed as the models say, and read back by `datasets` as they were written."""

import json

import pyarrow as pa
import pytest
import yaml
from pydantic import BaseModel

from schemas import generate
from schemas.example import Example
from schemas.reject import Reject


def test_committed_files_are_up_to_date():
    committed = {path.name: path.read_text(encoding="utf-8") for path in generate.GENERATED.iterdir() if path.is_file()}
    assert committed == generate.rendered_files(), "run: python -m schemas.generate"


def test_writing_gives_the_rendered_files(tmp_path):
    generate.write_files(tmp_path / "new")
    assert {path.name: path.read_text() for path in (tmp_path / "new").iterdir()} == generate.rendered_files()


def test_card_yaml_means_the_same_features_to_datasets():
    from datasets import Features

    front = generate.card_yaml(["train", "test"], "png", license="cc0-1.0")
    assert front.startswith("---\nlicense:") and front.endswith("\n---\n")
    data = yaml.safe_load(front.strip("-\n"))
    assert Features._from_yaml_list(data["dataset_info"]["features"]) == generate.features("png")
    assert data["configs"][0]["data_files"] == [
        {"split": "train", "path": "data/train-*.tar"},
        {"split": "test", "path": "data/test-*.tar"},
    ]


def test_arrow_types_of_the_traps():
    schema = generate.arrow_schema()
    assert schema.names == list(Example.model_fields)
    region = schema.field("edit_region").type.value_type
    assert region.field("bbox_2d").type == pa.list_(pa.int64())
    assert region.field("delta_e").type == pa.float64()
    branch = schema.field("judgement").type.field("semantic_consistency").type
    assert branch.field("score").type == pa.list_(pa.int64())
    assert schema.field("judgement").type.field("overall").type == pa.float64()


def test_rejects_have_the_column_class():
    names = generate.rejects_arrow_schema().names
    assert names == [name.removeprefix("reject_") for name in Reject.model_fields]


def test_a_nullable_field_is_refused():
    class Bad(BaseModel):
        note: str | None

    with pytest.raises(TypeError, match="never null"):
        generate.arrow_type(Bad)


def test_json_schema_demands_every_field():
    schema = json.loads(generate.rendered_files()["example.schema.json"])
    assert schema["required"] == list(Example.model_fields)
    assert schema["$defs"]["Quality"]["required"] == list(schema["$defs"]["Quality"]["properties"])
    assert schema["additionalProperties"] is False
