"""`python -m benchmarks.speed`, with `tests` on the path."""

from benchmarks.speed.cli import app

if __name__ == "__main__":
    app(prog_name="python -m benchmarks.speed")
