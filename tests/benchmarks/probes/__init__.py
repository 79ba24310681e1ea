"""Shortcut probes: what a model could learn from a data set without looking at what was asked and what was edited."""
