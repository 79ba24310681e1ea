"""Rendered scenes as sources: rooms and tables with things in them, as many as one asks for."""
