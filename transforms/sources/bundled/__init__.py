"""Real photos that ship inside installed wheels, with hand-drawn objects."""
