"""`python -m benchmarks.regions`, with `tests` on the path."""

from benchmarks.regions.cli import app

if __name__ == "__main__":
    app(prog_name="python -m benchmarks.regions")
