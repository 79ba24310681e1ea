"""What happens to a record: one folder per stage, in the order that data flows. Imports schemas only."""
