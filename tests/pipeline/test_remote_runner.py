"""Runners elsewhere: what is said of one that cannot be reached."""

import socket

import pytest
from apache_beam.options.pipeline_options import PipelineOptions

from pipeline.remote_runner import check_reach, failed_job
from schemas.errors import InterruptedRunError, UserError


def options(*flags):
    return PipelineOptions(list(flags))


def test_a_job_server_is_asked_before_any_work():
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        port = server.getsockname()[1]
        with pytest.raises(InterruptedRunError, match=f"--job_endpoint localhost:{port}: nobody answers there"):
            check_reach(options("--runner=PortableRunner", f"--job_endpoint=localhost:{port}"))
        server.listen()
        check_reach(options("--runner=PortableRunner", f"--job_endpoint=localhost:{port}"))
    check_reach(options("--runner=FlinkRunner"))
    check_reach(options("--runner=PortableRunner", "--job_endpoint=embed"))


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (["--runner=PortableRunner"], "needs --job_endpoint HOST:PORT"),
        (["--runner=FlinkRunner", "--job_endpoint=nowhere"], "--job_endpoint nowhere: is no HOST:PORT"),
    ],
)
def test_mistakes_in_the_endpoint(flags, words):
    with pytest.raises(UserError, match=words):
        check_reach(options(*flags))


def test_a_runner_that_lacks_something_and_a_job_that_fails():
    flags = options("--runner=PrismRunner")
    unreached = RuntimeError("Unable to fetch remote binary\n at https://x: <urlopen error>")
    wrapped = ValueError("no server")
    wrapped.__cause__ = unreached
    for error in (unreached, wrapped):
        told = str(failed_job(error, flags))
        assert told.startswith("--runner PrismRunner: cannot be started or reached (RuntimeError: Unable to fetch")
        assert "\n" not in told
    told = str(failed_job(RuntimeError("Pipeline x failed in state FAILED:\nTraceback"), flags))
    assert told.startswith("--runner PrismRunner: the job failed (RuntimeError: Pipeline x failed in state FAILED: Tr")
