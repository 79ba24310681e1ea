"""What graphs cost, measured on small ones whose sizes are known."""

import time
from functools import partial

import apache_beam as beam
import pytest

from pipeline.cost.meter import metered
from pipeline.runner import make_options, run

SIZE = 1000


def _busy(element):
    end = time.process_time() + 0.02
    while time.process_time() < end:
        pass
    return element, "a" * SIZE


def shuffle_all(root, count):
    (
        root
        | "Numbers" >> beam.Create(range(count))
        | "Work" >> beam.Map(_busy).with_output_types(tuple[int, str])
        | "Spread" >> beam.Reshuffle()
        | "Gather" >> beam.combiners.ToList()
        | "Count" >> beam.Map(len)
    )


def lend_all(root, count):
    lent = root | "Lent" >> beam.Create(["b" * SIZE] * count)
    root | "Once" >> beam.Create([0]) | "Use" >> beam.Map(lambda _, all_: len(all_), beam.pvalue.AsList(lent))


@pytest.fixture(scope="module")
def cost():
    with metered() as meter:
        run(make_options(1, ()), partial(shuffle_all, count=30))
        run(make_options(1, ()), partial(shuffle_all, count=20))
        run(make_options(1, ()), partial(lend_all, count=40))
    run(make_options(1, ()), partial(lend_all, count=500))  # no longer measured
    return meter.cost


def test_rounds_of_one_pass_add_up(cost):
    spread = cost.passes["shuffle_all"].shuffled["Spread"]
    assert spread.elements == 50
    assert SIZE * 50 < spread.bytes < (SIZE + 60) * 50


def test_what_meets_in_one_worker_is_found(cost):
    gathered = cost.passes["shuffle_all"].gathered["Gather"]
    assert gathered.elements == 50 and gathered.bytes > SIZE * 50
    lent = cost.passes["lend_all"].gathered["Use"]
    assert lent.elements == 40 and SIZE * 40 < lent.bytes < (SIZE + 20) * 40
    assert "Spread" not in cost.passes["shuffle_all"].gathered


def test_what_the_description_holds_is_found(cost):
    assert cost.passes["shuffle_all"].described.keys() == {"Numbers"}
    assert cost.passes["lend_all"].described["Lent"].elements == 40


def test_time_is_that_of_the_step_that_works(cost):
    steps = cost.passes["shuffle_all"].step_seconds
    assert max(steps, key=steps.get) == "Work" and steps["Work"] > 0.5
    passes = cost.passes.values()
    assert 1.0 < sum(one.cpu_seconds for one in passes) <= cost.cpu_seconds
