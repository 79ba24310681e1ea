"""`python -m benchmarks.probes DIR`."""

from benchmarks.probes.cli import app

app()
