"""The worker image, read as text: no container engine is needed."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def instructions():
    """Yield (stage, instruction, argument) of the Dockerfile."""
    text = re.sub(r"^#.*\n", "", (ROOT / "Dockerfile").read_text(), flags=re.M).replace("\\\n", " ")
    stage = "-"
    for line in filter(None, map(str.strip, text.splitlines())):
        name, _, argument = line.partition(" ")
        if name == "FROM":
            stage = argument.partition(" AS ")[2]
        yield stage, name, argument


def locked(name):
    return re.search(rf"^{name}==(.+)$", (ROOT / "requirements.lock").read_text(), re.M)[1]


def test_beams_boot_program_is_of_the_locked_version_and_python():
    (base,) = [argument for stage, name, argument in instructions() if (stage, name) == ("beam", "FROM")]
    python = re.search(r"Python (3\.\d+)", (ROOT / "requirements.lock").read_text())[1]
    assert base == f"apache/beam_python{python}_sdk:{locked('apache-beam')} AS beam"
    bases = [argument.split()[0] for stage, name, argument in instructions() if name == "FROM" and stage != "beam"]
    assert bases == [f"python:{python}-slim-bookworm"] * 2 + ["cpu"]


def test_there_are_both_variants_and_both_start_by_boot():
    assert [stage for stage, name, _ in instructions() if name == "FROM"] == ["beam", "wheel", "cpu", "gpu"]
    starts = [(stage, argument) for stage, name, argument in instructions() if name == "ENTRYPOINT"]
    assert starts == [("cpu", '["/opt/apache/beam/boot"]')]  # gpu is made from cpu
    copied = [argument for stage, name, argument in instructions() if (stage, name) == ("cpu", "COPY")]
    assert "--from=beam /opt/apache/beam /opt/apache/beam" in copied


def test_every_copied_file_exists_and_reaches_the_builder():
    sent = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    copied = [
        source
        for _, name, argument in instructions()
        if name == "COPY" and not argument.startswith("--from")
        for source in argument.split()[:-1]
    ]
    assert {"pyproject.toml", "requirements.lock", "transforms"} <= set(copied)
    for source in copied:
        assert (ROOT / source).exists() and source in sent, source


def test_all_is_installed_from_the_lock_with_extras_that_exist():
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    installs = [argument for _, name, argument in instructions() if name == "RUN" and "pip install" in argument]
    assert len(installs) == 2
    for install in installs:
        assert "--constraint /opt/requirements.lock" in install
        assert set(re.search(r"\[(.+)\]", install)[1].split(",")) <= set(extras)


@pytest.mark.parametrize("package", ["schemas", "transforms", "pipeline"])
def test_the_wheels_packages_are_all_copied(package):
    assert any(name == "COPY" and argument == f"{package} {package}" for _, name, argument in instructions())
