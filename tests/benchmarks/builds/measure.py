"""One build after another, each from nothing, and what each says that it took."""

import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

EXAMPLES_PER_SCENE = 20
COMMAND = [sys.executable, "-m", "pipeline.entry", "build", "--recipe", "photos", "--sources", "bundled:"]


@dataclass(frozen=True)
class Built:
    """A build.

    Attributes:
        examples: kept.
        workers: processes.
        seconds: wall time.
        cpu_seconds: of all processes.
        passes: processor seconds by pass, see `pipeline/graph.py`.
    """

    examples: int
    workers: int
    seconds: float
    cpu_seconds: float
    passes: dict[str, float]


def build(examples: int, workers: int) -> Built:
    """Build a set on the bundled photos and on scenes in proportion, and forget it.

    Raises:
        subprocess.CalledProcessError: it failed.
    """
    with tempfile.TemporaryDirectory() as folder:
        scenes = max(1, examples // EXAMPLES_PER_SCENE)
        size = ["--sources", f"scenes:{scenes}", "--num-examples", str(examples), "--workers", str(workers)]
        subprocess.run([*COMMAND, *size, "--out", folder], check=True, capture_output=True)
        run = json.loads(Path(folder, "report", "run.json").read_text(encoding="utf-8"))
        kept = json.loads(Path(folder, "manifest.json").read_text(encoding="utf-8"))["samples"]
    passes = {name: cost["cpu_seconds"] for name, cost in run["cost"]["passes"].items()}
    return Built(sum(kept.values()), workers, run["seconds"], run["cost"]["cpu_seconds"], passes)
