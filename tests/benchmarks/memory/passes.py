"""`python -m benchmarks.memory.passes EXAMPLES FOLDER`: passes 1 and 3 as a build runs them, in a process of their own.

What a pass begins and ends with is said on standard output, so that whoever measures knows which pass is running.
"""

import sys
from dataclasses import replace
from pathlib import Path

from rich.console import Console

from benchmarks.memory.made import stage_all, write_photos
from pipeline.build import BuildRequest, plan, write
from pipeline.config import load_recipe
from pipeline.layout import Layout
from pipeline.lock import run_lock
from schemas.plan import Rights
from transforms import storage
from transforms.shards.staging import RunFacts
from transforms.sources.find import find_all_sources

EXAMPLES_PER_SOURCE = 4
WORKERS = 2


def run(examples: int, folder: Path) -> None:
    """Make photos, run pass 1, stage what it planned, run pass 3."""
    photos, out = str(folder / "photos"), str(folder / "out")
    write_photos(Path(photos), examples // EXAMPLES_PER_SOURCE)
    rights = Rights(license="CC0-1.0", attribution="nobody")
    request = BuildRequest(
        load_recipe("photos", [f"num_examples={examples}"]), out, sources=(photos,), rights=rights, workers=WORKERS
    )
    console = Console(file=sys.stderr, quiet=True)
    storage.make_folder(out)
    with run_lock(out) as token:
        layout = Layout(out, token)
        _say("pass 1")
        planned = plan(request, find_all_sources(request.sources, rights), layout, console)
        _say("between")
        layout = replace(layout, config_hash=planned.config_hash)
        facts = RunFacts("photos", planned.config_hash, request.recipe.seed, "spatialreward-train/0")
        made = stage_all(planned.plans, layout.staging, facts)
        _say("pass 3")
        write(request, planned, layout, console)
        _say(f"end {made}")


def _say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    run(int(sys.argv[1]), Path(sys.argv[2]))
