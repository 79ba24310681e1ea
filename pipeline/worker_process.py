"""A local worker process: Beam's own, but it ends with its run even before it is given work."""

import sys

from apache_beam.runners.worker import sdk_worker_main

from pipeline.interruption import leave_to_parent
from pipeline.lock import end_with_run


def main() -> None:
    """Work until the run is over."""
    leave_to_parent()
    end_with_run()
    sdk_worker_main.main(sys.argv)
