"""Runs on a service such as Dataflow: what must hold before the first job, and what the jobs are called."""

import re
from collections.abc import Iterable
from typing import Literal

from apache_beam.options.pipeline_options import (
    GoogleCloudOptions,
    PipelineOptions,
    StandardOptions,
    TestOptions,
    WorkerOptions,
)
from apache_beam.options.pipeline_options_validator import PipelineOptionsValidator
from apache_beam.runners import create_runner

from pipeline.remote_runner import check_reach
from pipeline.runner import is_local_run
from schemas.errors import UserError
from transforms import storage

DATAFLOW = "DataflowRunner"
Job = Literal["sources", "candidates", "shards"]
"""A build is three jobs, one after the other: the next is planned from what the last one found."""


def name_job(options: PipelineOptions, recipe: str, job: Job) -> None:
    """Give a job a name of its own: `--job_name`, or one made of the recipe's, and the pass.

    >>> options = PipelineOptions(["--job_name", "faces"])
    >>> name_job(options, "demo", "shards")
    >>> options.view_as(GoogleCloudOptions).job_name
    'faces-shards'
    """
    cloud = options.view_as(GoogleCloudOptions)
    stem = cloud.job_name or "spatialreward-" + re.sub("[^a-z0-9]+", "-", recipe.lower()).strip("-")
    cloud.job_name = f"{stem}-{job}"


def check_service(options: PipelineOptions, out: str, inputs: Iterable[str]) -> None:
    """Refuse, before any work, flags that a service would refuse or under which its workers could do nothing.

    Args:
        options: of a job, for this check alone: it changes them.
        out: the output folder.
        inputs: addresses of the single sources.

    Raises:
        UserError: flags that the runner does not accept or that are missing; on Dataflow also no worker image, a
            template, and places that only this machine can see.
        InterruptedRunError: a job server that does not answer.
    """
    runner = options.view_as(StandardOptions).runner
    if is_local_run(options):
        return
    check_reach(options)
    try:
        validator = PipelineOptionsValidator(options, create_runner(runner))
    except Exception as error:  # runners that lack something of theirs raise what they like
        raise UserError(f"--runner {runner}: {_one_line(error)}{_EXTRA if runner == DATAFLOW else ''}") from None
    options.view_as(TestOptions).dry_run = True  # no look into buckets
    problems = (_bad_bucket(validator) if runner == DATAFLOW else []) or validator.validate()
    if problems:
        raise UserError(f"--runner {runner}: {_one_line(' '.join(problems))}")
    if runner == DATAFLOW:
        _check_dataflow(options, out, inputs)


def _bad_bucket(validator: PipelineOptionsValidator) -> list[str]:
    """Return what is wrong with both places for temporary files; Beam would make a bucket, if neither can be used."""
    cloud = validator.options.view_as(GoogleCloudOptions)
    problems = [validator.validate_gcs_path(cloud, name) for name in ("temp_location", "staging_location")]
    return problems[0] if all(problems) else []


_EXTRA = '; pip install "spatialreward-train[dataflow]"'


def _check_dataflow(options: PipelineOptions, out: str, inputs: Iterable[str]) -> None:
    if options.view_as(GoogleCloudOptions).template_location:
        raise UserError(
            "--template_location: a build is three jobs with planning between them, and a template holds one; leave it "
            "out (--dry-run shows the jobs)"
        )
    if not options.view_as(WorkerOptions).sdk_container_image:
        raise UserError("--sdk_container_image: is missing; workers need an image that holds this package (Dockerfile)")
    if storage.is_local(out):
        raise UserError(f"--out {out}: workers of {DATAFLOW} cannot write to this machine; give an address, gs://...")
    if unseen := next((uri for uri in inputs if uri.startswith("/")), None):
        raise UserError(f"{unseen}: workers of {DATAFLOW} cannot read this machine's files; copy the sources to gs://")


def _one_line(text: object) -> str:
    return " ".join(str(text).split())
