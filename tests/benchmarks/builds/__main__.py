"""`python -m benchmarks.builds`, with `tests` on the path."""

from benchmarks.builds.cli import app

if __name__ == "__main__":
    app(prog_name="python -m benchmarks.builds")
