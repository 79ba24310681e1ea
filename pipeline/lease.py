"""One run per output folder on an object store: a lease, held by an object that its owner renews.

`.lease/00000001`, `.lease/00000002`, …: each run that gets the folder creates the next one. Creating is exclusive, so
of several runs one gets it; the highest number holds the folder, and only its own run ever writes that object again:
with a later end every few seconds, with none when it is done. A run finds the highest number, and goes on if its lease
has ended, waits while a lease stands that nobody renews (its run was killed), and is refused as soon as it is renewed.
A run that cannot renew its lease in time, or meets a higher number, ends: another may have the folder.
"""

import os
import platform
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from pydantic import ValidationError

from pipeline import exit_codes
from schemas.errors import InterruptedRunError, UserError
from schemas.example import Model
from transforms import storage
from transforms.marks import LEASES

LEASE_SECONDS = 60.0
CLOCK_SECONDS = 20.0
"""How far the clocks of two machines may differ."""
RENEW_SECONDS = 10.0


class Lease(Model):
    """Who holds a folder, and until when (seconds since 1970; 0 when it was given back)."""

    run: str
    owner: str
    ends: float


RETURNED = Lease(run="-", owner="-", ends=0)


@contextmanager
def run_lease(
    folder: str, waiting: Callable[[str], None] = print, lost: Callable[[str], None] | None = None
) -> Iterator[str]:
    """Hold an output folder on a store for one run; yields the path of its lease.

    Args:
        folder: the address.
        waiting: called with a line to tell when the lease of a dead run has to end first.
        lost: called with a line to tell, once, when the lease is lost; ends the process if None.

    Raises:
        UserError: another run renews its lease.
        InterruptedRunError: the store is out of reach.
    """
    run = uuid.uuid4().hex
    path = _take(folder, run, waiting)
    stop = threading.Event()
    renewing = threading.Thread(target=_renew, args=(path, run, stop, lost or _end_process), daemon=True)
    renewing.start()
    try:
        yield path
    finally:
        stop.set()
        renewing.join()
        if is_held(path):
            storage.overwrite(path, _bytes(RETURNED))


def is_held(path: str) -> bool:
    """Return whether a lease still holds its folder: it has not ended, and no later one stands."""
    return _highest(path.rpartition("/")[0]) == path and _read(path).ends > time.time()


def _take(folder: str, run: str, waiting: Callable[[str], None]) -> str:
    place = storage.join(folder, LEASES)
    first: Lease | None = None
    while True:
        highest = _highest(place)
        standing = _read(highest) if highest else RETURNED
        if standing == RETURNED or time.time() > standing.ends + CLOCK_SECONDS:
            number = int(highest.rpartition("/")[2]) + 1 if highest else 1
            path = storage.join(place, f"{number:08d}")
            if not storage.create(path, _bytes(_lease(run))):
                raise _refused(folder, _read(path))
            if highest:
                storage.remove(highest)
            return path
        if first is None:
            first = standing
            waiting(f"{folder}: waiting for the lease of another run ({standing.owner}) to be renewed or to end")
        elif standing != first:
            raise _refused(folder, standing)
        time.sleep(RENEW_SECONDS / 10)


def _refused(folder: str, standing: Lease) -> UserError:
    return UserError(
        f"--out {folder}: another run holds this folder ({standing.owner}); wait for it or choose another folder"
    )


def _highest(place: str) -> str | None:
    numbers = [name for name in storage.list_files(place) if name.isdigit()]
    return storage.join(place, max(numbers)) if numbers else None


def _read(path: str) -> Lease:
    try:
        return Lease.model_validate_json(storage.read_bytes(path))
    except FileNotFoundError:  # removed by the run that has the next number
        return RETURNED
    except ValidationError as error:
        raise UserError(f"{path}: is no lease ({error.errors()[0]['msg']}); remove it if no run is on") from None


def _lease(run: str) -> Lease:
    return Lease(run=run, owner=f"process {os.getpid()} on {platform.node()}", ends=time.time() + LEASE_SECONDS)


def _bytes(lease: Lease) -> bytes:
    return lease.model_dump_json().encode()


def _renew(path: str, run: str, stop: threading.Event, lost: Callable[[str], None]) -> None:
    place, last = path.rpartition("/")[0], _lease(run)
    while not stop.wait(RENEW_SECONDS):
        try:
            if _highest(place) == path:
                later = _lease(run)
                storage.overwrite(path, _bytes(later))
                last = later
                continue
        except InterruptedRunError:
            if time.time() < last.ends:
                continue
        lost(f"{place}: the lease was lost (the store was out of reach, or another run took the folder)")
        return


def _end_process(told: str) -> None:
    sys.stderr.write(f"\nspatialreward: {told}; what is staged is safe: run the same command again to go on\n")
    sys.stderr.flush()
    os._exit(exit_codes.MACHINE)
