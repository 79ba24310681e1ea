"""Trains the region network that ships with the package: cases with exact truth, the network, the loop, the export."""
