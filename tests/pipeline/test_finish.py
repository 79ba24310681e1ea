import pytest

from pipeline.finish import AccountingError, BuildFacts, account, finish
from schemas.reject import Reject
from transforms import storage


def facts(found, used, planned):
    return BuildFacts(
        recipe="r",
        description="-",
        config_hash="c",
        seed=0,
        image_format="jpg",
        versions={},
        cpu_features=[],
        files_found=found,
        files_used=used,
        planned=planned,
        components=(),
    )


def reject(key, level="candidate"):
    return Reject(level=level, key=key, name=key, stage="s", reason="r", reject_class="filter")


def test_both_sums_are_stated():
    rejects = [reject("a.jpg", "file"), reject("k1"), reject("k2")]
    result = account(facts(found=3, used=2, planned=5), kept=3, rejects=rejects)
    assert (result.files_set_aside, result.candidates_set_aside) == (1, 2)


@pytest.mark.parametrize(
    ("found", "planned", "rejects", "words"),
    [
        (4, 5, [reject("a.jpg", "file"), reject("k1"), reject("k2")], "files: found"),
        (3, 6, [reject("a.jpg", "file"), reject("k1"), reject("k2")], "candidates: planned"),
        (3, 5, [reject("a.jpg", "file"), reject("k1"), reject("k1")], "set aside twice"),
    ],
)
def test_what_is_lost_or_counted_twice_is_an_error(found, planned, rejects, words):
    with pytest.raises(AccountingError, match=words):
        account(facts(found, 2, planned), 3, rejects)


def test_no_manifest_is_written_over_a_wrong_sum(tmp_path):
    with pytest.raises(AccountingError):
        finish(str(tmp_path), facts(1, 1, 2), [], [reject("k1")], [])
    assert storage.list_files(str(tmp_path)) == []


def test_without_a_kept_example_there_are_rows_but_no_manifest(tmp_path):
    assert finish(str(tmp_path), facts(1, 1, 1), [], [reject("k1")], []) is None
    assert storage.list_files(str(tmp_path)) == ["rejected.parquet", "report/truth.parquet"]
