"""Which of several licences binds most."""

from collections.abc import Iterable

_RANKS = (
    ("public-domain", "no-known-copyright", "cc0-", "pddl", "unlicense"),
    ("mit", "bsd", "apache-", "isc", "zlib"),
    ("cc-by-1", "cc-by-2", "cc-by-3", "cc-by-4", "odc-by"),
    ("cc-by-sa", "odbl", "gpl-", "lgpl-", "agpl-"),
    ("licenseref-",),
    ("cc-by-nc-sa", "cc-by-nc-1", "cc-by-nc-2", "cc-by-nc-3", "cc-by-nc-4"),
    ("cc-by-nd", "cc-by-nc-nd"),
)
"""Prefixes of SPDX identifiers (`LicenseRef-` left off first), the freest first; what is not listed binds most."""

UNKNOWN = "unknown"


def parts(expression: str) -> list[str]:
    """Return the licences of an SPDX expression that joins them with AND.

    >>> parts("CC0-1.0 AND CC-BY-2.0")
    ['CC0-1.0', 'CC-BY-2.0']
    """
    return expression.split(" AND ")


def _rank(license: str) -> int:
    lowered = license.lower()
    bare = lowered.removeprefix("licenseref-")
    for rank, prefixes in enumerate(_RANKS):
        if bare.startswith(prefixes) or lowered.startswith(prefixes):
            return rank
    return len(_RANKS) + (lowered == UNKNOWN)


def most_restrictive(expressions: Iterable[str]) -> str:
    """Return the licence that binds most among SPDX expressions; equals go by name.

    A licence of its own (`LicenseRef-...`) counts as stricter than share-alike, since nobody can know it by its name;
    `unknown` counts as the strictest of all.

    >>> most_restrictive(["CC0-1.0", "CC-BY-2.0 AND LicenseRef-public-domain"])
    'CC-BY-2.0'
    >>> most_restrictive(["CC-BY-4.0", "unknown"])
    'unknown'
    """
    licenses = {part for expression in expressions for part in parts(expression)}
    return max(sorted(licenses), key=_rank)
