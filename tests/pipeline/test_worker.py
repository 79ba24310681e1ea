import pytest

from pipeline.config import code_digest
from pipeline.worker import check_code


def test_a_worker_with_other_code_than_the_build_refuses():
    check_code(code_digest())
    with pytest.raises(RuntimeError, match="make the image anew"):
        check_code("another")
