"""`make soak`: a small build killed fifty times, resumed each time, equal to an undisturbed one in the end."""

import argparse
import shutil
import statistics
import time
from pathlib import Path

from benchmarks.table import Table
from commands import TINY, files_of, spatialreward

from soak.kills import Kill, soak


def main() -> None:
    """Run, and print a line for every kill and a table of them all."""
    parser = argparse.ArgumentParser(prog="soak", description=__doc__)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=0, help="of moments, ways and victims")
    parser.add_argument("--out", type=Path, default=Path("build/soak"), help="a folder for it alone; emptied first")
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args()
    folder = given.out.absolute()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    arguments = [*TINY, "--workers", str(given.workers)]
    began = time.monotonic()
    spatialreward("build", "--out", folder / "undisturbed", *arguments, timeout=None)
    seconds = time.monotonic() - began
    expected = files_of(folder / "undisturbed")
    print(f"undisturbed: {len(expected)} files in {seconds:.0f} s", flush=True)
    kills = []
    for kill in soak(folder, arguments, expected, seconds, given.kills, given.seed):
        kills.append(kill)
        print(f"{len(kills):3d}  build {kill.build}, {kill.way} after {kill.seconds:.1f} s ({kill.phase})", flush=True)
    text = summary(kills).to_markdown()
    (folder / "kills.md").write_text(text)
    print(text)


def summary(kills: list[Kill]) -> Table:
    """Return how often each way hit in each phase."""
    phases = ("start", "sources", "candidates", "shards", "report")
    rows = []
    for way in sorted({kill.way for kill in kills}):
        own = [kill for kill in kills if kill.way == way]
        hits = [sum(kill.phase.partition(",")[0] == phase for kill in own) for phase in phases]
        codes = ", ".join(map(str, sorted({kill.code for kill in own})))
        longest, median = max(kill.gone for kill in own), statistics.median(kill.gone for kill in own)
        rows.append((way, str(len(own)), *map(str, hits), codes, f"{median:.1f}", f"{longest:.1f}"))
    builds = max(kill.build for kill in kills)
    return Table(
        f"{len(kills)} kills in {builds} builds",
        ("killed", "times", *phases, "exit codes", "gone after s, median", "longest"),
        tuple(rows),
        "Every build ended with the bytes of the undisturbed one; nothing temporary was left, no process wrote on.",
    )


if __name__ == "__main__":
    main()
