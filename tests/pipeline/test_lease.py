"""The lease of an output folder on a store, with a store in memory whose creates are exclusive, as Google's are."""

import threading
import time

import pytest

from pipeline import lease
from pipeline.lease import LEASES, Lease, is_held, run_lease
from schemas.errors import UserError
from transforms import storage


@pytest.fixture
def place(monkeypatch, request):
    monkeypatch.setattr(lease, "LEASE_SECONDS", 0.6)
    monkeypatch.setattr(lease, "RENEW_SECONDS", 0.1)
    monkeypatch.setattr(lease, "CLOCK_SECONDS", 0.2)
    folder = f"memory://leases/{request.node.name}"
    yield folder
    storage.remove(folder)


def names(place):
    return storage.list_files(storage.join(place, LEASES))


def leave_dead(place, ends=0.6, name="00000001"):
    """Leave the lease of a run that was killed."""
    found = Lease(run="dead", owner="process 1 on there", ends=time.time() + ends)
    assert storage.create(storage.join(place, LEASES, name), found.model_dump_json().encode())


def test_a_second_run_is_refused_while_the_first_renews_and_gets_the_folder_afterwards(place):
    with run_lease(place) as first:
        time.sleep(1.0)
        assert is_held(first), "it was not renewed"
        with pytest.raises(UserError, match="another run holds this folder"), run_lease(place, lambda _: None):
            pass
        assert is_held(first)
    assert not is_held(first)
    began = time.monotonic()
    with run_lease(place) as second:
        assert time.monotonic() - began < 0.5
        assert second > first
    assert names(place) == ["00000002"]


def test_the_lease_of_a_dead_run_is_waited_for_and_taken_over(place):
    leave_dead(place)
    told, began = [], time.monotonic()
    with run_lease(place, told.append) as mine:
        assert time.monotonic() - began > 0.7
        assert names(place) == ["00000002"] and is_held(mine)
    assert len(told) == 1 and "process 1 on there" in told[0]


def test_of_many_runs_that_find_an_ended_lease_one_gets_the_folder(place):
    leave_dead(place, ends=-5)
    got, refused, barrier = [], [], threading.Barrier(8)

    def run():
        barrier.wait()
        try:
            with run_lease(place, lambda _: None) as path:
                got.append(path)
                time.sleep(1.0)
        except UserError as error:
            refused.append(str(error))

    threads = [threading.Thread(target=run) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == 1 and len(refused) == 7


def test_a_run_that_stalled_until_another_took_over_ends(place):
    lost = threading.Event()
    with run_lease(place, lost=lambda _: lost.set()) as stalled:
        leave_dead(place, name="00000002")
        assert lost.wait(2)
        assert not is_held(stalled)
    assert Lease.model_validate_json(storage.read_bytes(storage.join(place, LEASES, "00000002"))).run == "dead"


def test_a_run_whose_store_stays_away_ends_once_its_lease_has_ended(place, monkeypatch):
    from schemas.errors import InterruptedRunError

    lost, began = threading.Event(), time.monotonic()

    def away(*_):
        raise InterruptedRunError("away")

    with run_lease(place, lost=lambda _: lost.set()):
        with monkeypatch.context() as patch:
            patch.setattr(storage, "overwrite", away)
            assert lost.wait(3)
        assert 0.4 < time.monotonic() - began < 1.5


def test_an_object_that_is_no_lease_is_named(place):
    storage.write_bytes(storage.join(place, LEASES, "00000001"), b"mine")
    with pytest.raises(UserError, match="00000001: is no lease"), run_lease(place):
        pass
