"""The words of a request: a grammar of instructions, and references to things that hold of the picture."""

from transforms.edits.language.instruct import clause_for, instruction_for
from transforms.edits.language.nouns import article, is_plural, place_of

__all__ = ["article", "clause_for", "instruction_for", "is_plural", "place_of"]
