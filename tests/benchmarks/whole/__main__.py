"""`python -m benchmarks.whole`, with `tests` on the path."""

from benchmarks.whole.cli import app

if __name__ == "__main__":
    app(prog_name="python -m benchmarks.whole")
