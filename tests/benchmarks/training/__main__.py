"""`python -m benchmarks.training`, with `tests` on the path."""

from benchmarks.training.cli import app

if __name__ == "__main__":
    app(prog_name="python -m benchmarks.training")
