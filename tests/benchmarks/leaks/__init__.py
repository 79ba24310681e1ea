"""Planted leaks: copies of photos, what the build merges and what the leak test finds."""
