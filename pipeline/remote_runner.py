"""Runners that are not this machine's own processes: what is needed to reach one, and what to tell when it fails."""

import logging
import re
import socket

from apache_beam.options.pipeline_options import PipelineOptions, PortableOptions, StandardOptions

from schemas.errors import InterruptedRunError, UserError
from transforms.shortage import chain_of

REACH_SECONDS = 5.0
_LOG = logging.getLogger(__name__)
_EMBEDDED = "embed"
_OUT_OF_REACH = re.compile(
    r"NotImplementedError|URLError|urlopen error|Unable to fetch|Failed to (download|start|connect)|"
    r"StatusCode\.UNAVAILABLE|FutureTimeoutError|ConnectionRefused|Connection refused|Name or service not known|"
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


def failed_job(error: BaseException, options: PipelineOptions) -> InterruptedRunError:
    """Return what to tell of a job that a runner could not start, or that failed there: the cause is not in sight here.

    The whole error goes to the log.
    """
    runner = options.view_as(StandardOptions).runner
    _LOG.warning("--runner %s failed", runner, exc_info=error)
    texts = [f"{type(one).__name__}: {one}" for one in chain_of(error)]
    unreached = next((text for text in texts if _OUT_OF_REACH.search(text)), None)
    if unreached is not None:
        return InterruptedRunError(
            f"--runner {runner}: cannot be started or reached ({_one_line(unreached)}); see that this machine has what "
            "it needs (a network, Java, a job server), or leave --runner out for processes of this machine"
        )
    return InterruptedRunError(
        f"--runner {runner}: the job failed ({_one_line(texts[0])}); mend what its log says, then run the same command "
        "again to go on"
    )


def _one_line(text: str) -> str:
    return " ".join(text.split())[:300]
