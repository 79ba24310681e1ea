"""Runners that are not this machine's own processes: what is needed to reach one, and what to tell when it fails."""

import re
import socket

from apache_beam.options.pipeline_options import PipelineOptions, PortableOptions, StandardOptions

from schemas.errors import InterruptedRunError, UserError

REACH_SECONDS = 5.0
_EMBEDDED = "embed"
_OUT_OF_REACH = re.compile(
    r"URLError|urlopen error|Unable to fetch|Failed to (download|start|connect)|StatusCode\.UNAVAILABLE|"
    r"FutureTimeoutError|ConnectionRefused|Connection refused|Name or service not known|"
    r"Service failed to start|No such file or directory: '(java|docker)'|is not (installed|available)"
)


def check_reach(options: PipelineOptions) -> None:
    """See that a job server is named where one is needed, and that it answers, before any work.

    Raises:
        UserError: `--runner PortableRunner` without `--job_endpoint`, or an endpoint that is no address.
        InterruptedRunError: nobody answers there.
    """
    runner = options.view_as(StandardOptions).runner
    endpoint = options.view_as(PortableOptions).job_endpoint
    if endpoint is None:
        if runner == "PortableRunner":
            raise UserError("--runner PortableRunner: needs --job_endpoint HOST:PORT of a job server")
        return
    if endpoint == _EMBEDDED:
        return
    host, _, port = endpoint.rpartition(":")
    if not host or not port.isdecimal():
        raise UserError(f"--job_endpoint {endpoint}: is no HOST:PORT")
    try:
        socket.create_connection((host.strip("[]"), int(port)), REACH_SECONDS).close()
    except OSError as error:
        raise InterruptedRunError(
            f"--job_endpoint {endpoint}: nobody answers there ({error.strerror or error}); start the job server, then "
            "run the same command again"
        ) from None


def told_by_remote_runner(error: BaseException, options: PipelineOptions) -> str | None:
    """Return what to tell of a runner that cannot be reached or started; None where the job itself failed."""
    runner = options.view_as(StandardOptions).runner
    seen: BaseException | None = error
    while seen is not None:
        text = f"{type(seen).__name__}: {seen}"
        if isinstance(seen, NotImplementedError) or _OUT_OF_REACH.search(text):
            cause = " ".join(text.split())[:300]
            return (
                f"--runner {runner}: cannot be started or reached ({cause}); see that this machine has what it needs "
                "(a network, Java, a job server), or leave --runner out for processes of this machine"
            )
        seen = seen.__cause__ or seen.__context__
    return None
