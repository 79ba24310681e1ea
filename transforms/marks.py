"""What a command of ours leaves in its output folder, by which such a folder is known and never taken for sources."""

import json
from collections.abc import Callable, Iterable

RUN, LEASES, MANIFEST = ".run.lock", ".lease", "manifest.json"
"""The lock of a run, the leases of runs on an address, and what says that a data set is finished."""
_OF_A_MANIFEST = {"schema_version", "config_hash", "shards"}


def is_manifest(content: bytes) -> bool:
    """Return whether a file of that name is of a data set of ours: others have a `manifest.json` too.

    >>> is_manifest(b'{"name": "my app", "icons": []}')
    False
    """
    try:
        found = json.loads(content)
    except ValueError:
        return False
    return isinstance(found, dict) and found.keys() >= _OF_A_MANIFEST


def output_folders(names: Iterable[str], read: Callable[[str], bytes]) -> set[str]:
    """Return the folders that commands of ours write or wrote, "" for the listed one itself.

    Args:
        names: of all files below a folder, hidden ones included, relative to it.
        read: returns the content of one of them.
    """
    found = set()
    for name in names:
        folder, _, last = name.rpartition("/")
        if last == RUN or (last == MANIFEST and is_manifest(read(name))):
            found.add(folder)
        elif last.isdecimal() and folder.rpartition("/")[2] == LEASES:
            found.add(folder.rpartition("/")[0])
    return found
