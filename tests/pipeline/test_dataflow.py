"""The real DataflowRunner stages every job of a build to a storage emulator; each then runs here, for the next one."""

import json
from dataclasses import replace

import pytest
from apache_beam.options.pipeline_options import GoogleCloudOptions
from apache_beam.portability.api import beam_runner_api_pb2
from commands import spatialreward
from rich.console import Console

from pipeline import build as building
from pipeline.build import BuildRequest
from pipeline.config import load_recipe
from pipeline.dry_run import plan_jobs
from pipeline.runner import make_options
from pipeline.runner import run as run_graph
from pipeline.validate import validate_dataset
from schemas.errors import UserError
from schemas.plan import Rights
from transforms import storage

IMAGE = "example.com/spatialreward:0.1.0"
FLAGS = (
    *("--runner", "DataflowRunner", "--no_auth", "--project", "example-project", "--region", "us-central1"),
    *("--sdk_container_image", IMAGE, "--machine_type", "n2-standard-8", "--max_num_workers", "40"),
    *("--experiments", "no_use_multiple_sdk_containers"),
)
GPU = "type:nvidia-l4;count:1;install-nvidia-driver"


def demo(out):
    overrides = ["num_examples=6", "scenes=0", "edits.max_edits=1", f"execution.accelerator={GPU}"]
    recipe = load_recipe("demo", overrides)
    return BuildRequest(recipe=recipe, out=out, sources=(), rights=Rights(), workers=1)


@pytest.fixture(scope="module")
def jobs(gs):
    """Job name -> (specification, pipeline proto) of a whole build."""
    out, found = f"{gs}/flow", {}

    def staged_then_run(options, graph):
        cloud = options.view_as(GoogleCloudOptions)
        cloud.template_location = f"{gs}/jobs/{cloud.job_name}"
        run_graph(options, graph)
        found[cloud.job_name] = json.loads(storage.read_bytes(cloud.template_location))
        run_graph(make_options(1, ()), graph)

    request = replace(demo(out), beam_flags=(*FLAGS, "--temp_location", f"{gs}/tmp"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(building, "run", staged_then_run)
        assert building.build(request, Console(quiet=True)) is not None
    assert validate_dataset(out).problems == []
    return found


def said(specification):
    """Return the options that a specification carries."""
    entries = specification["environment"]["sdkPipelineOptions"]["display_data"]
    return {entry["key"]: entry["value"] for entry in entries}


def graph_of(specification):
    """Return the staged pipeline and its size in bytes."""
    data = storage.read_bytes(storage.join(said(specification)["staging_location"], "pipeline.pb"))
    return beam_runner_api_pb2.Pipeline.FromString(data), len(data)


def test_each_pass_is_a_job_of_its_own_in_order(jobs):
    names = ["spatialreward-demo-sources", "spatialreward-demo-candidates", "spatialreward-demo-shards"]
    assert list(jobs) == names
    assert [specification["name"] for specification in jobs.values()] == names


def test_workers_are_those_that_were_asked_for(jobs):
    for specification in jobs.values():
        (pool,) = specification["environment"]["workerPools"]
        assert pool["machineType"] == "n2-standard-8"
        assert pool["autoscalingSettings"]["maxNumWorkers"] == 40
        assert {image["containerImage"] for image in pool["sdkHarnessContainerImages"]} == {IMAGE}
        assert "no_use_multiple_sdk_containers" in specification["environment"]["experiments"]
        # Nothing is installed at a worker's start: all that it needs is in the image.
        assert [package["name"] for package in pool["packages"]] == ["submission_environment_dependencies.txt"]


def test_the_accelerator_is_asked_for_behind_the_cut_alone(jobs):
    asked, others = set(), set()
    for job, specification in jobs.items():
        graph, _ = graph_of(specification)
        for step in graph.components.transforms.values():
            if step.environment_id and not step.subtransforms:
                hints = graph.components.environments[step.environment_id].resource_hints
                found = hints.get("beam:resources:accelerator:v1")
                assert found in (None, GPU.encode())
                (asked if found else others).add((job.rpartition("-")[2], *step.unique_name.split("/")[:2]))
    steps = ["DeriveRegions", "JudgeCandidates", "FilterCandidates", "FingerprintCandidates", "StageSources"]
    assert {name[:2] for name in asked} == {("candidates", name) for name in ["MakeCandidates", *steps]}
    assert {name[2] for name in asked if name[1] == "MakeCandidates"} == {"EnterParts", "ReadParts"}
    assert {name[2] for name in others if name[1] == "MakeCandidates"} == {"MakeParts", "SpreadParts"}
    assert {name[0] for name in others} == {"sources", "candidates", "shards"}


def test_every_step_of_the_graph_is_in_the_job_by_name(jobs):
    for specification, plan in zip(jobs.values(), plan_jobs(demo("gs://bucket/other")), strict=True):
        graph, _ = graph_of(specification)
        assert len(plan.steps) > 2
        assert set(plan.steps) <= {step.unique_name for step in graph.components.transforms.values()}


def test_no_picture_travels_in_a_job(jobs):
    for specification in jobs.values():
        graph, size = graph_of(specification)
        payloads = [len(step.spec.payload) for step in graph.components.transforms.values()]
        assert max(payloads) < 64 * 1024
        assert size < 512 * 1024


GOOD = (*FLAGS, "--temp_location", "gs://bucket/tmp")


@pytest.mark.parametrize(
    ("flags", "out", "sources", "words"),
    [
        (GOOD[:5], "gs://bucket/x", (), "temp_location"),
        (GOOD[:-2], "gs://bucket/x", (), "temp_location"),
        ((*GOOD[:7], *GOOD[-2:]), "gs://bucket/x", (), "--sdk_container_image"),
        ((*GOOD, "--template_location", "gs://bucket/t"), "gs://bucket/x", (), "--template_location"),
        (GOOD, "out", (), "--out out: workers"),
        (GOOD, "gs://bucket/x", ("photos",), "copy the sources to gs://"),
        (("--runner", "NoRunner"), "gs://bucket/x", (), "NoRunner"),
    ],
)
def test_what_a_service_could_not_run_is_refused_before_any_work(flags, out, sources, words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "a.jpg").write_bytes(b"-")
    request = replace(demo(out), beam_flags=flags, sources=sources)
    with pytest.raises(UserError) as told:
        building.build(request, Console(quiet=True))
    assert words in str(told.value)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["photos"]


def test_jobs_are_called_as_the_user_says():
    jobs = plan_jobs(replace(demo("out"), beam_flags=("--job_name", "faces")))
    assert [job.name for job in jobs] == ["faces-sources", "faces-candidates", "faces-shards"]


def test_a_dry_run_tells_the_jobs_and_runs_nothing(tmp_path):
    out = tmp_path / "out"
    arguments = ["build", "--recipe", "demo", "--num-examples", "100", "--out", out, "--workers", "2", "--dry-run"]
    told = spatialreward(*arguments).stdout
    assert not out.exists()
    for expected in ("spatialreward-demo-candidates", "MakeCandidates > DeriveRegions", "100 are wanted", "36 sources"):
        assert expected in told
    shown = spatialreward(*arguments[:-3], "--dry-run", "--", *GOOD, check=False)
    assert shown.returncode == 2 and "gs://" in shown.stderr
