"""Analytic solids: signed distances, a sphere tracer that lights them, and a library of things made of them."""
