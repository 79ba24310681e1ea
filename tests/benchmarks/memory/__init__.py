"""Resident memory of passes 1 and 3 over all processes, at two sizes: what an example costs, and what a run costs."""
