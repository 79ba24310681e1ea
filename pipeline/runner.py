"""How a graph is run: the in-process runner by default, any other by Beam's own flags."""

from collections.abc import Callable, Sequence

import apache_beam as beam
from apache_beam.options.pipeline_options import DirectOptions, PipelineOptions, SetupOptions, StandardOptions

LOCAL_RUNNER = "apache_beam.runners.portability.fn_api_runner.FnApiRunner"
"""Named explicitly: `DirectRunner` may try another runner that downloads a binary, with other behaviour on errors."""


def make_options(workers: int, beam_flags: Sequence[str]) -> PipelineOptions:
    """Return Beam's options for `workers` local processes, overridden by the user's own flags."""
    options = PipelineOptions(list(beam_flags))
    standard, direct = options.view_as(StandardOptions), options.view_as(DirectOptions)
    if standard.runner in (None, "DirectRunner", "FnApiRunner"):
        standard.runner = LOCAL_RUNNER
        direct.direct_num_workers = workers
        direct.direct_running_mode = "multi_processing" if workers > 1 else "in_memory"
    options.view_as(SetupOptions).save_main_session = False
    return options


def is_local_run(options: PipelineOptions) -> bool:
    """Return whether the graph runs in this machine's own processes."""
    return bool(options.view_as(StandardOptions).runner == LOCAL_RUNNER)


def run(options: PipelineOptions, build: Callable[[beam.Pipeline], None]) -> None:
    """Build a graph and run it to its end; a failure raises."""
    with beam.Pipeline(options=options) as root:
        build(root)
