"""A small network on top of the maps: which pixels were edited, and which of them belong together."""
