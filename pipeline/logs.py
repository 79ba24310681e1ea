"""What a run says of itself: its log, and `run.json`, the one output that names times, host and workers."""

import json
import logging
import platform
import time
from pathlib import Path

from pipeline.cost.meter import RunCost
from transforms import storage


class _JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        entry = {
            "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created)),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            entry["exception"] = self.formatException(record.exc_info)
        return json.dumps(entry, ensure_ascii=False)


def start_log(out: str, level: str) -> None:
    """Append the log of this process to `OUT/report/run.log` as JSON lines, from `level` upwards."""
    folder = Path(out) / "report"
    folder.mkdir(parents=True, exist_ok=True)
    handler = logging.FileHandler(folder / "run.log", encoding="utf-8")
    handler.setFormatter(_JsonLines())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())


def is_untouched(out: str) -> bool:
    """Return whether no earlier run left anything at `out`."""
    try:
        return storage.is_empty(out)
    except OSError:
        return False


def write_run(
    out: str, seconds: float, workers: int, beam_flags: tuple[str, ...], cost: RunCost, from_start: bool
) -> None:
    """Write `OUT/report/run.json`: how long the last run took, where, what it cost, and whether it did everything."""
    facts = {
        "finished": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "seconds": round(seconds, 1),
        "workers": workers,
        "beam_flags": beam_flags,
        "host": platform.node(),
        "platform": platform.platform(),
        "from_start": from_start,
        "cost": cost.model_dump(),
    }
    storage.write_bytes(storage.join(out, "report", "run.json"), json.dumps(facts, indent=2).encode() + b"\n")
