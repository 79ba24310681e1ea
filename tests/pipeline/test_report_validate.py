"""Validation: silent on a correct data set; finds each kind of damage, resealed so that no hash gives it away."""

import io
import shutil
from dataclasses import dataclass

import pytest
from PIL import Image
from tiny_dataset import samples, write_dataset

from pipeline.validate import validate_dataset
from schemas.errors import UserError


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    out = tmp_path_factory.mktemp("tiny") / "out"
    write_dataset(out)
    return out


@dataclass
class Change:
    """Copy of an example's fields, to be changed."""

    by_split: dict

    def example(self, split, index, **fields):
        example, images = self.by_split[split][index]
        # model_copy checks nothing, which is the point: a bad writer does not check either
        self.by_split[split][index] = (example.model_copy(update=fields), images)

    def get(self, split, index):
        return self.by_split[split][index][0]

    def image(self, split, index, name, data):
        example, images = self.by_split[split][index]
        self.by_split[split][index] = (example, {**images, name: data})


def problems(tmp_path, change):
    by_split = samples()
    change(Change(by_split))
    write_dataset(tmp_path, by_split)
    return validate_dataset(str(tmp_path)).problems


def test_a_correct_data_set_has_no_problem(tiny):
    result = validate_dataset(str(tiny))
    assert (result.problems, result.samples, result.shards) == ([], 9, 2)


def test_a_box_beside_its_mask(tmp_path):
    def change(c):
        region = c.get("train", 0).edit_region[0]
        moved = [region.bbox_2d[0], region.bbox_2d[1], region.bbox_2d[2], region.bbox_2d[3] + 1]
        c.example("train", 0, edit_region=[region.model_copy(update={"bbox_2d": moved})])

    (problem,) = problems(tmp_path, change)
    assert "is not its mask's" in problem


def test_a_box_that_is_partly_covered_may_be_larger_but_not_smaller(tmp_path):
    def grow(by):
        def change(c):
            cup, plate = c.get("train", 2).edit_region
            x1, y1, x2, y2 = cup.bbox_2d
            c.example("train", 2, edit_region=[cup.model_copy(update={"bbox_2d": [x1, y1, x2 + by, y2]}), plate])

        return change

    assert problems(tmp_path / "grown", grow(+9)) == []
    (problem,) = problems(tmp_path / "cut", grow(-100))
    assert "does not contain" in problem


def test_a_wrong_id_in_the_label_map(tmp_path):
    stream = io.BytesIO()
    Image.new("L", (160, 112), 3).save(stream, "PNG")
    (problem,) = problems(tmp_path, lambda c: c.image("train", 0, "mask.png", stream.getvalue()))
    assert "mask: ids [3], regions [1]" in problem


def test_exif_in_a_picture(tmp_path):
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    stream = io.BytesIO()
    Image.new("RGB", (160, 112)).save(stream, "JPEG", exif=exif)
    found = problems(tmp_path, lambda c: c.image("train", 1, "edited.jpg", stream.getvalue()))
    assert any("carries exif" in problem for problem in found) and any("sha256" in problem for problem in found)


def test_ranks_with_a_gap(tmp_path):
    (problem,) = problems(tmp_path, lambda c: c.example("validation", 2, rank=4))
    assert "ranks [1, 2, 4], must be [1, 2, 3]" in problem


def test_a_source_in_two_splits(tmp_path):
    def change(c):
        lender = c.get("train", 0).source_id
        provenance = c.get("validation", 0).provenance
        ids = [*provenance.source_ids, lender]
        c.example("validation", 0, provenance=provenance.model_copy(update={"source_ids": ids}))

    (problem,) = problems(tmp_path, change)
    assert "splits train, validation" in problem


def test_a_region_that_is_not_cited(tmp_path):
    def change(c):
        judgement = c.get("train", 0).judgement
        sc = judgement.semantic_consistency.model_copy(update={"reasoning": "<|global|> Fine."})
        c.example("train", 0, judgement=judgement.model_copy(update={"semantic_consistency": sc}))

    (problem,) = problems(tmp_path, change)
    assert "semantic_consistency: markers" in problem


def test_one_picture_with_two_quality_scores(tmp_path):
    def change(c):
        judgement = c.get("train", 5).judgement
        pq = judgement.perceptual_quality.model_copy(update={"reasoning": "Another view."})
        c.example("train", 5, judgement=judgement.model_copy(update={"perceptual_quality": pq}))

    (problem,) = problems(tmp_path, change)
    assert "another perceptual quality" in problem


def test_an_aggregate_that_does_not_follow(tmp_path):
    def change(c):
        c.example("train", 0, judgement=c.get("train", 0).judgement.model_copy(update={"overall": 9.9}))

    assert any("json is no Example" in problem for problem in problems(tmp_path, change))


def test_changed_bytes_and_missing_files(tiny, tmp_path):
    out = tmp_path / "copy"
    shutil.copytree(tiny, out)
    shard = out / "data" / "train-00000-of-00001.tar"
    shard.write_bytes(shard.read_bytes()[:-512])
    (out / "metadata" / "validation.parquet").unlink()
    (out / "data" / "train-00001-of-00002.tar").write_bytes(b"")
    found = "\n".join(validate_dataset(str(out)).problems)
    assert "train-00000-of-00001.tar: sha256" in found
    assert "metadata/validation.parquet: missing" in found
    assert "train-00001-of-00002.tar: not in the manifest" in found


def test_a_folder_that_is_no_data_set(tmp_path):
    with pytest.raises(UserError, match=r"no manifest\.json"):
        validate_dataset(str(tmp_path))
    with pytest.raises(UserError, match="no such folder"):
        validate_dataset(str(tmp_path / "nowhere"))


def test_a_picture_in_two_splits_in_any_role(tmp_path):
    """As builds wrote it that compared sources alone: the edited picture of one split is the source of another."""

    def change(role):
        def apply(c):
            train, members = c.by_split["train"][0]
            example, images = c.by_split["validation"][2]  # shows its source unchanged
            data, info = members["edited.jpg"], train.images.edited
            mask = {"mask.png": c.by_split["validation"][2][1]["mask.png"]}
            if role == "source":
                images, taken = {**images, "source.jpg": data}, {"source": info}
            else:
                images, taken = {**images, "edited.jpg": data}, {"edited": info}
            quality = train.judgement.perceptual_quality
            judgement = example.judgement.model_copy(update={"perceptual_quality": quality})
            fields = {"images": example.images.model_copy(update=taken), "judgement": judgement}
            c.by_split["validation"][2] = (example.model_copy(update=fields), images | mask)

        return apply

    for role in ("source", "edited"):
        (problem,) = problems(tmp_path / role, change(role))
        assert problem.startswith("one picture in 2 splits: edited picture of ")
        assert "(train)" in problem and f"{role} picture of " in problem and "(validation)" in problem
