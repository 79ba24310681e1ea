"""Flags behind `--`: what Beam would pass over in silence is refused."""

import pytest

from pipeline.beam_flags import check_beam_flags
from schemas.errors import UserError

OWN = ["--out", "--workers", "--num-examples", "--sources"]


@pytest.mark.parametrize(
    "flags",
    [
        [],
        ["--runner=DirectRunner"],
        ["--runner", "DataflowRunner", "--project=p", "--temp_location", "gs://a/b", "--labels=a=b", "--streaming"],
        ["--experiments", "one", "--experiments=two"],
        ["--runner=FlinkRunner", "--a_flag_of_the_job_server=3"],
    ],
)
def test_flags_of_beams_pass(flags):
    check_beam_flags(flags, OWN)


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (["--max_num_wrokers", "2"], "--max_num_wrokers: .*did you mean --max_num_workers"),
        (["--max_num_wrokers=2"], "--max_num_wrokers: .*did you mean --max_num_workers"),
        (["--runner=FlinkRunner", "--parallelsm=2"], "did you mean --parallelism"),
        (["--direct_nmu_workers", "2"], "--workers sets it"),
        (["--direct_num_workers", "2"], "--direct_num_workers: --workers sets it"),
        (["--direct_running_mode=multi_threading"], "--workers sets it"),
        (["--sources", "photos"], "--sources: is a flag of this command; give it before the --"),
        (["--num_examples=3"], "did you mean --num-examples before the --"),
        (["--nothing-like-it"], "--nothing-like-it: is no flag of Apache Beam's"),
        (["photos"], "photos: belongs to no flag"),
        (["--job_name=a", "b"], "b: belongs to no flag"),
        (["--num_workers", "many"], "--num_workers: invalid int value: 'many'"),
        (["--runner"], "--runner: expected one argument"),
    ],
)
def test_others_are_refused_by_name(flags, words):
    with pytest.raises(UserError, match=words):
        check_beam_flags(flags, OWN)
