"""The card: counted from rows, honest about rights, free of what differs between runs."""

import pytest
import yaml
from tiny_dataset import manifest_of, samples

from pipeline.publish.card import card_text
from pipeline.publish.counts import CardCounts
from pipeline.publish.licenses import most_restrictive
from schemas.generate import metadata_row
from schemas.manifest import Accounting, ComponentCount, QuotaCount

ACCOUNTING = Accounting(
    files_found=4, files_used=3, files_set_aside=1, candidates_planned=11, candidates_kept=9, candidates_set_aside=2
)
MANIFEST = manifest_of([], ACCOUNTING)


@pytest.fixture(scope="module")
def rows():
    return {
        split: [metadata_row(example, split, f"data/{split}-00000-of-00001.tar") for example, _ in members]
        for split, members in samples().items()
    }


def text_of(manifest, rows):
    return card_text(manifest, CardCounts.of(row for own in rows.values() for row in own), "-", "jpg")


def front_matter(text):
    _, front, body = text.split("---\n", 2)
    return yaml.safe_load(front), body


def test_the_card_says_what_was_cleaned(rows):
    assert "cleaned as they came in" not in text_of(MANIFEST, rows)
    cleaned = MANIFEST.model_copy(update={"cleaned": {"control characters": 3, "invisible characters": 1}})
    assert "cleaned as they came in: 3 with control characters, 1 with invisible characters." in text_of(cleaned, rows)


def test_front_matter_names_the_splits_that_have_shards_and_the_strictest_licence(rows):
    front, _ = front_matter(text_of(MANIFEST, rows))
    assert [entry["split"] for entry in front["configs"][0]["data_files"]] == ["train", "validation"]
    assert front["license"] == "cc-by-2.0"


def test_counts_follow_the_rows(rows):
    _, whole = front_matter(text_of(MANIFEST, rows))
    _, train_alone = front_matter(text_of(MANIFEST, {"train": rows["train"], "validation": []}))
    assert "| train | 6 | 2 | 2 | 1 |" in whole and "| validation | 3 | 1 | 1 | 1 |" in whole
    assert "| validation |" not in train_alone
    assert "| failed | 4 |" in whole and "| failed | 3 |" in train_alone
    assert "In 4 examples nothing visibly changed" in whole


def test_the_mixture_and_what_is_missing_of_it_are_stated(rows):
    quotas = [QuotaCount(dimension="outcome", value="failed", wanted=4, kept=1)]
    parts = [
        ComponentCount(component="people", wanted=9, planned=12, kept=3, sources=2, quotas=quotas),
        ComponentCount(component="rest", wanted=6, planned=12, kept=6, sources=4, quotas=[]),
    ]
    _, body = front_matter(text_of(MANIFEST.model_copy(update={"mixture": parts}), rows))
    assert "| people | 3 | 9 | 2 |" in body and "| rest | 6 | 6 | 4 |" in body
    assert "people: examples: 3 of 9; people: outcome failed: 1 of 4" in body
    assert "did not supply" not in text_of(MANIFEST, rows)


def test_rights_are_listed_once_each_and_cannot_break_the_table(rows):
    _, body = front_matter(text_of(MANIFEST, rows))
    assert "| CC-BY-2.0 | Somebody \\| Else | 3 |" in body and "| CC0-1.0 | the project | 6 |" in body


def test_an_unknown_licence_says_do_not_publish(rows):
    unknown = {"train": [{**row, "license": "unknown"} for row in rows["train"]]}
    front, body = front_matter(text_of(MANIFEST, unknown))
    assert front["license"] == "other" and "do not publish" in body
    assert "do not publish" not in text_of(MANIFEST, rows)


def test_the_card_speaks_only_of_what_is_in_the_set(rows):
    imported = {"train": [{**row, "overall": -1.0, "annotator": "none", "editor": "import"} for row in rows["train"]]}
    text = text_of(MANIFEST, imported)
    assert "6 examples are not judged" in text and "0 examples judged." in text
    assert "oracle" not in text and "Rendered edits" not in text
    text = text_of(MANIFEST, rows)
    assert "not judged" not in text and "9 examples judged by oracle/1." in text and "Rendered edits" in text


@pytest.mark.parametrize(
    ("expressions", "expected"),
    [
        (["LicenseRef-public-domain", "CC0-1.0"], "CC0-1.0"),
        (["MIT", "CC-BY-SA-4.0", "CC-BY-4.0"], "CC-BY-SA-4.0"),
        (["CC-BY-SA-4.0", "LicenseRef-middlebury"], "LicenseRef-middlebury"),
        (["CC-BY-NC-4.0 AND CC0-1.0", "LicenseRef-middlebury"], "CC-BY-NC-4.0"),
        (["unknown", "Some-Strange-1.0"], "unknown"),
    ],
)
def test_most_restrictive(expressions, expected):
    assert most_restrictive(expressions) == most_restrictive(expressions[::-1]) == expected
