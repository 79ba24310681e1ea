"""`python -m benchmarks.learning`, with `tests` and `tests/pipeline` on the path."""

from benchmarks.learning.cli import app

if __name__ == "__main__":
    app(prog_name="python -m benchmarks.learning")
