import pytest
from tiny_dataset import write_dataset

from pipeline import result
from pipeline.dataset import DataSet


@pytest.mark.parametrize(
    ("errors", "filtered", "rate", "exceeded"),
    [(19, 0, 0.01, False), (20, 0, 0.01, True), (0, 500, 0.01, False)],
)
def test_only_errors_count_and_never_fewer_than_twenty(tmp_path, monkeypatch, errors, filtered, rate, exceeded):
    write_dataset(tmp_path)
    rows = [{"class": "error"}] * errors + [{"class": "filter"}] * filtered
    monkeypatch.setattr(DataSet, "rejects", rows)
    assert result.error_rate_exceeded(str(tmp_path), rate) is exceeded
