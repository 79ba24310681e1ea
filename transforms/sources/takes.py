"""What a recipe takes as sources."""

from typing import Literal

Takes = Literal["photos", "pairs", "any"]
"""Photos, which it edits; pairs, which it imports; or both, each as it looks."""
