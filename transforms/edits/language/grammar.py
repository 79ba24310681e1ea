"""A grammar in one line: `(make|turn|paint) {the} {value}` stands for every sentence with one of the choices."""

import re

import numpy as np

INNERMOST = re.compile(r"\(([^()]*)\)")


def expand(template: str, rng: np.random.Generator) -> str:
    """Return a template with one choice of every group `(a|b|)`, groups within groups too, and single spaces.

    Args:
        template: words, groups and `{fields}`; fields are filled afterwards, so that no value is read as a group.
        rng: chooses.
    """
    while found := INNERMOST.search(template):
        options = found[1].split("|")
        template = template[: found.start()] + options[int(rng.integers(len(options)))] + template[found.end() :]
    return re.sub(r" +([,.;:?!])", r"\1", " ".join(template.split()))
