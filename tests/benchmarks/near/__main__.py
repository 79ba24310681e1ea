"""`python -m benchmarks.near`, with `tests` on the path."""

from benchmarks.near.cli import app

if __name__ == "__main__":
    app(prog_name="python -m benchmarks.near")
