"""How a graph is run: the in-process runner by default, any other by Beam's own flags."""

import re
import shlex
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import apache_beam as beam
from apache_beam.options.pipeline_options import DirectOptions, PipelineOptions, SetupOptions, StandardOptions
from apache_beam.portability import python_urns
from apache_beam.portability.api import beam_provision_api_pb2, beam_runner_api_pb2
from apache_beam.runners.portability.fn_api_runner.fn_runner import ExtendedProvisionInfo, FnApiRunner
from google.protobuf.struct_pb2 import Struct

from schemas.errors import InterruptedRunError

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
        InterruptedRunError: raised in a worker.
    """
    runner = _LocalRunner(provision_info=_quiet_workers()) if is_local_run(options) else None
    try:
        with beam.Pipeline(runner=runner, options=options) as root:
            build(root)
    except Exception as error:
        if (told := told_by_worker(f"{type(error).__name__}: {error}")) is not None:
            raise InterruptedRunError(told) from error
        raise
    for observer in _observers:
        observer(build, root, root.result)


class _LocalRunner(FnApiRunner):
    """The in-process runner with worker processes of ours."""

    def run_via_runner_api(self, pipeline_proto: beam_runner_api_pb2.Pipeline, options: PipelineOptions) -> Any:
        for environment in pipeline_proto.components.environments.values():
            if environment.urn == python_urns.SUBPROCESS_SDK:
                environment.payload = _worker_command().encode()
        return super().run_via_runner_api(pipeline_proto, options)


def _worker_command() -> str:
    """Return the shell command of a worker, which imports from where this process does: a folder that happens to be
    called `pipeline` where the run was started is not our package."""
    start = f"import sys; sys.path[:] = {sys.path!r}; from pipeline.worker_process import main; main()"
    return shlex.join([sys.executable, "-c", start])


def told_by_worker(text: str) -> str | None:
    """Return the message of an `InterruptedRunError` in what a runner tells of a failure: a worker's traceback as text.

    >>> told_by_worker("Traceback ...\\nschemas.errors.InterruptedRunError: x: disk full [while running 'W/a-1']")
    'x: disk full'
    """
    found = re.findall(rf"\b{InterruptedRunError.__name__}: (.+)", text)
    return re.sub(r" \[while running .*", "", found[-1]) if found else None


def _quiet_workers() -> ExtendedProvisionInfo:
    """Return what the local runner tells its worker processes: to log errors alone."""
    said = Struct()
    said.update({"default_sdk_harness_log_level": "ERROR"})
    info = beam_provision_api_pb2.ProvisionInfo(retrieval_token="unused", pipeline_options=said)
    return ExtendedProvisionInfo(info)
