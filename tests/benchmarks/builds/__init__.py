"""Whole builds beside each other: by number of workers, and by number of examples."""
