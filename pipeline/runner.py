"""How a graph is run: the in-process runner by default, any other by Beam's own flags."""

import os
import re
import shlex
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from typing import Any

import apache_beam as beam
from apache_beam.options.pipeline_options import DirectOptions, PipelineOptions, SetupOptions, StandardOptions
from apache_beam.portability import python_urns
from apache_beam.portability.api import beam_provision_api_pb2, beam_runner_api_pb2
from apache_beam.runners.portability.fn_api_runner.fn_runner import ExtendedProvisionInfo, FnApiRunner
from google.protobuf.struct_pb2 import Struct

from pipeline.interruption import children_end_at_once
from pipeline.remote_runner import failed_job
from schemas.errors import InterruptedRunError, UserError
from transforms.shortage import shortage_error, shortage_of

LOCAL_RUNNERS = (None, "DirectRunner", "FnApiRunner")
"""All mean the in-process runner, which is named explicitly: Beam's `DirectRunner` may try another one that downloads a
binary, and behaves differently on errors."""


def make_options(workers: int, beam_flags: Sequence[str]) -> PipelineOptions:
    """Return Beam's options: the user's own flags, and `workers` processes where the runner is local."""
    options = PipelineOptions(list(beam_flags))
    options.view_as(SetupOptions).save_main_session = False
    if is_local_run(options):
        direct = options.view_as(DirectOptions)
        direct.direct_num_workers = workers
        direct.direct_running_mode = "multi_processing" if workers > 1 else "in_memory"
    return options


def is_local_run(options: PipelineOptions) -> bool:
    """Return whether the graph runs in this machine's own processes."""
    return options.view_as(StandardOptions).runner in LOCAL_RUNNERS


Observer = Callable[[Callable[[beam.Pipeline], None], beam.Pipeline, Any], None]
"""(what built the graph, the graph, Beam's result) of a run that ended well."""
_observers: list[Observer] = []


@contextmanager
def observed(observer: Observer) -> Iterator[None]:
    """Call `observer` after every graph that this process runs to its end for a while."""
    _observers.append(observer)
    try:
        yield
    finally:
        _observers.remove(observer)


def run(options: PipelineOptions, build: Callable[[beam.Pipeline], None]) -> None:
    """Build a graph and run it to its end; a failure raises.

    Raises:
        UserError: raised in a worker.
        InterruptedRunError: raised in a worker; or this machine was short of something, or the runner is out of reach.
        KeyboardInterrupt: Ctrl-C, which Beam makes an error like others.
    """
    is_local = is_local_run(options)
    runner = _LocalRunner(provision_info=_quiet_workers()) if is_local else None
    try:
        with (
            children_end_at_once() if is_local else nullcontext(),
            without_local_proxy(),
            beam.Pipeline(runner=runner, options=options) as root,
        ):
            build(root)
    except Exception as error:
        raise _told(error, options) from error
    for observer in _observers:
        observer(build, root, root.result)


def _told(error: Exception, options: PipelineOptions) -> BaseException:
    """Return what to raise for an error of Beam's, which holds a worker's own as text; the error itself if a bug."""
    text = f"{type(error).__name__}: {error}"
    if _INTERRUPT.search(text):
        return KeyboardInterrupt()
    for kind in (InterruptedRunError, UserError):
        if (told := told_by_worker(text, kind)) is not None:
            return kind(told)
    if (short := shortage_of(error)) is not None:
        return shortage_error(short)
    return error if is_local_run(options) else failed_job(error, options)


_INTERRUPT = re.compile(r"^(RuntimeError: )?KeyboardInterrupt( \[while running .*)?$", re.MULTILINE)
LOOPBACK = ("localhost", "127.0.0.1", "::1")
_NO_PROXY = "no_grpc_proxy"
"""Hosts that gRPC reaches without a proxy; what else the process reads from the web does not read this variable."""


@contextmanager
def without_local_proxy() -> Iterator[None]:
    """Let gRPC of this process and its workers reach this machine itself without a proxy, which is for the web."""
    before = os.environ.get(_NO_PROXY)
    hosts = before if before is not None else os.environ.get("no_proxy", "")
    os.environ[_NO_PROXY] = ",".join([*filter(None, hosts.split(",")), *LOOPBACK])
    try:
        yield
    finally:
        os.environ.pop(_NO_PROXY)
        if before is not None:
            os.environ[_NO_PROXY] = before


class _LocalRunner(FnApiRunner):
    """The in-process runner with worker processes of ours."""

    def run_via_runner_api(self, pipeline_proto: beam_runner_api_pb2.Pipeline, options: PipelineOptions) -> Any:
        for environment in pipeline_proto.components.environments.values():
            if environment.urn == python_urns.SUBPROCESS_SDK:
                environment.payload = _worker_command().encode()
        return super().run_via_runner_api(pipeline_proto, options)


def _worker_command() -> str:
    """Return the shell command of a worker, which imports from where this process does: a folder that happens to be
    called `pipeline` where the run was started is not our package.

    Ctrl-C and a closed terminal reach it too, and are left to the main process from the first moment.
    """
    start = f"import sys; sys.path[:] = {sys.path!r}; from pipeline.worker_process import main; main()"
    return f"trap '' INT HUP; exec {shlex.join([sys.executable, '-c', start])}"


def told_by_worker(text: str, kind: type[Exception] = InterruptedRunError) -> str | None:
    """Return the message of an error of ours in what a runner tells of a failure: a worker's traceback as text.

    >>> told_by_worker("Traceback ...\\nschemas.errors.InterruptedRunError: x: disk full [while running 'W/a-1']")
    'x: disk full'
    """
    found = re.findall(rf"\b{kind.__name__}: (.+)", text)
    return re.sub(r" \[while running .*", "", found[-1]) if found else None


def _quiet_workers() -> ExtendedProvisionInfo:
    """Return what the local runner tells its worker processes: to log errors alone."""
    said = Struct()
    said.update({"default_sdk_harness_log_level": "ERROR"})
    info = beam_provision_api_pb2.ProvisionInfo(retrieval_token="unused", pipeline_options=said)
    return ExtendedProvisionInfo(info)
