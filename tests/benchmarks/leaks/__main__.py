"""`python -m benchmarks.leaks`, with `tests` on the path."""

from benchmarks.leaks.cli import app

if __name__ == "__main__":
    app(prog_name="python -m benchmarks.leaks")
