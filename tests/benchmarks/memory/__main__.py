"""`python -m benchmarks.memory`, with `tests` on the path."""

from benchmarks.memory.cli import app

if __name__ == "__main__":
    app(prog_name="python -m benchmarks.memory")
