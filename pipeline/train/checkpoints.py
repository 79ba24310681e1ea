"""Checkpoints that are whole or not there; the last and the best are kept."""

import json
import math
import os
import re
import shutil
from collections.abc import Mapping
from pathlib import Path

from pipeline.train.config import EvaluationConfig
from transforms import storage

UNFINISHED, BEST, STREAM = ".tmp-checkpoints", "best.json", "stream.json"
_NAME = re.compile(r"checkpoint-(\d+)")


def step_of(checkpoint: Path) -> int:
    """Return the step behind which a checkpoint was written."""
    found = _NAME.fullmatch(checkpoint.name)
    assert found is not None, checkpoint
    return int(found[1])


def all_checkpoints(out: Path) -> list[Path]:
    """Return the checkpoints of a run in order; those that a kill left unfinished do not count."""
    return sorted((path for path in out.glob("checkpoint-*") if _NAME.fullmatch(path.name)), key=step_of)


def last_checkpoint(out: Path) -> Path | None:
    """Return the last checkpoint of a run, None if there is none."""
    return next(reversed(all_checkpoints(out)), None)


def best_checkpoint(out: Path) -> Path | None:
    """Return the best checkpoint of a run, None if nothing was evaluated."""
    path = out / BEST
    return out / json.loads(path.read_text(encoding="utf-8"))["checkpoint"] if path.is_file() else None


def remove_unfinished(out: Path) -> None:
    """Remove what a killed run left."""
    shutil.rmtree(out / UNFINISHED, ignore_errors=True)


def publish(out: Path, name: str) -> None:
    """Give a checkpoint that stands whole in `UNFINISHED` its name, its bytes on the disk first."""
    folder = out / UNFINISHED / name
    sync_files(folder)
    folder.rename(out / name)
    remove_unfinished(out)


def sync_files(folder: Path) -> None:
    """Bring the bytes of every file below a folder to the disk."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            with path.open("rb") as stream:
                os.fsync(stream.fileno())


def note_evaluation(out: Path, name: str, figures: Mapping[str, float], config: EvaluationConfig) -> None:
    """Write down a checkpoint as the best one, if its figures are better than those of the best so far."""
    path = out / BEST
    if path.is_file():
        best = json.loads(path.read_text(encoding="utf-8"))
        if (out / best["checkpoint"]).is_dir() and _worth(best["figures"], config) >= _worth(figures, config):
            return
    content = {"checkpoint": name, "by": config.best, "figures": dict(figures)}
    storage.write_bytes(str(path), json.dumps(content, indent=1).encode())


def remove_old(out: Path) -> None:
    """Remove every checkpoint but the last and the best."""
    kept = {last_checkpoint(out), best_checkpoint(out)}
    for path in all_checkpoints(out):
        if path not in kept:
            shutil.rmtree(path)


def _worth(figures: Mapping[str, float], config: EvaluationConfig) -> tuple[float, float]:
    loss = -figures.get("eval_loss", math.inf)
    if config.best == "eval_loss":
        return loss, 0.0
    return figures.get(f"eval_{config.best}", -math.inf), loss
