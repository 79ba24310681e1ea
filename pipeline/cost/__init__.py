"""What a build costs: measured while it runs, and projected to larger ones."""
