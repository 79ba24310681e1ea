"""The stream: every conversation once per epoch, whoever reads; and exact resumes."""

import functools
import http.server
import json
import multiprocessing
import threading
from collections import Counter

import fsspec
import pytest
import torch.distributed as dist
from many_shards import processor_for, write_shards

from pipeline.train.encode import Budget, Encoder
from pipeline.train.loader import Crew, TrainLoader, plan_steps
from pipeline.train.loss import IGNORED
from pipeline.train.shards import list_shards, stream_samples
from pipeline.train.stream import TOO_LONG, UNREADABLE, StreamSettings
from schemas.errors import UserError

SETTINGS = StreamSettings(prompts="1", buffer=4, batch_size=2, seed=3)
GROUPS, SHARDS = 8, 4
ALONE = Crew()


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    folder = tmp_path_factory.mktemp("stream")
    write_shards(folder, GROUPS, SHARDS)
    return folder


@pytest.fixture(scope="module")
def processor(tmp_path_factory):
    return processor_for(write_shards(tmp_path_factory.mktemp("words"), 1, 1).values())


def loader(out, processor, crew=ALONE, epochs=1, accumulation=1, max_tokens=4096):
    encoder = Encoder(processor, Budget(1024, 64 * 64, max_tokens))
    return TrainLoader(list_shards(str(out), "train"), encoder, SETTINGS, crew, epochs, accumulation)


def rows(batches):
    """What a run learns from, in order: the learned tokens of each row with the sum of its picture's values."""
    found = []
    for batch in batches:
        first = 0
        kinds = batch["mm_token_type_ids"].sum(dim=1) * 4
        for row, patches in enumerate(kinds.tolist()):
            pixels = batch["pixel_values"][first : first + patches]
            labels = tuple(t for t in batch["labels"][row].tolist() if t != IGNORED)
            found.append((labels, round(float(pixels.double().sum()), 3)))
            first += patches
    return found


def whole(out, processor, epochs=1):
    return rows(batch for batches in passes(loader(out, processor, epochs=epochs), epochs) for batch in batches)


def passes(made, epochs):
    return [list(made) for _ in range(epochs)]


def test_each_sample_gives_sc_and_each_edited_image_pq_once(out, processor):
    shards = list_shards(str(out), "train")
    # The failed candidate's edited image is the untouched photo: one of each per photo.
    assert sum(shard.conversations for shard in shards.shards) == 2 * 3 * GROUPS
    assert len(whole(out, processor)) == 2 * 3 * GROUPS


def test_an_edited_image_that_two_samples_share_is_asked_about_once(tmp_path, processor):
    from tiny_dataset import write_dataset

    write_dataset(tmp_path)
    shards = list_shards(str(tmp_path), "train")
    # Of six samples, both failed ones of source 1 show the same untouched picture.
    assert len(shards.repeated) == 1 and shards.shards[0].conversations == 6 + 5
    assert len(whole(tmp_path, processor)) == 11


@pytest.mark.parametrize("workers", [0, 1, 2, 3])
def test_every_conversation_comes_once_per_epoch_and_epochs_differ(out, processor, workers):
    expected = Counter(whole(out, processor))
    first, second = (rows(b) for b in passes(loader(out, processor, Crew(workers=workers), epochs=2), 2))
    assert Counter(first) == Counter(second) == expected
    assert first != second


def test_the_plan_holds_the_steps_and_nothing_comes_behind_the_last_epoch(out, processor):
    made = loader(out, processor, epochs=2, accumulation=3)
    batches = [len(list(made)) for _ in range(3)]
    assert batches[2] == 0 and all(count % 3 == 0 for count in batches)
    planned = plan_steps(list_shards(str(out), "train"), SETTINGS, Crew(), 2, 3)
    assert sum(batches) // 3 <= planned <= sum(batches) // 3 + 2 * SHARDS


@pytest.mark.parametrize("workers", [0, 2, 3])
def test_a_resume_goes_on_with_the_very_next_batch(out, processor, workers):
    crew = Crew(workers=workers)
    for stop in (1, 7, 23, 24, 30):
        made = loader(out, processor, crew, epochs=2)
        before, count, state = [], 0, None
        while state is None:
            for batch in made:
                before.append(batch)
                count += 1
                if count == stop:
                    state = json.loads(json.dumps(made.state()))
                    break
        again = loader(out, processor, crew, epochs=2)
        assert again.load_state(state)
        after = [batch for _ in range(3) for batch in again]
        expected = rows(batch for batches in passes(loader(out, processor, crew, epochs=2), 2) for batch in batches)
        assert rows(before) + rows(after) == expected, stop


def test_another_crew_deals_out_what_is_left(out, processor):
    made = loader(out, processor, Crew(workers=2))
    iterator = iter(made)
    before = [next(iterator) for _ in range(9)]
    again = loader(out, processor, Crew(workers=3))
    assert not again.load_state(made.state())
    assert Counter(rows(before) + rows(again)) == Counter(whole(out, processor))


def test_too_long_and_unreadable_are_dropped_and_counted_once(out, processor, tmp_path):
    made = loader(out, processor, max_tokens=300)
    kept = [row for batch in made for row in batch["labels"]]
    assert made.dropped()[TOO_LONG] == 6 * GROUPS - len(kept) > 0
    write_shards(tmp_path, 1, 1)
    path = next((tmp_path / "data").glob("train*"))
    data = path.read_bytes()
    place = data.index(b"\xff\xd8", data.index(b"source.jpg"))
    path.write_bytes(data[: place + 2] + bytes(400) + data[place + 402 :])
    made = loader(tmp_path, processor)
    assert len(rows(made)) == 5 and made.dropped() == {UNREADABLE: 1}


def read_as_rank(rank, out, processor, address, results):
    dist.init_process_group("gloo", init_method=address, rank=rank, world_size=2)
    made = loader(out, processor, Crew(ranks=2, rank=rank), epochs=2, accumulation=3)
    epochs, states = [], []
    for _ in range(2):
        epochs.append([rows([batch]) for batch in made])
        states.append(made.state())
    results.put((rank, epochs, states))
    dist.destroy_process_group()


def test_two_ranks_see_each_conversation_once_per_epoch_in_equally_many_steps(tmp_path, processor):
    write_shards(tmp_path / "out", 7, 3)
    expected = Counter(whole(tmp_path / "out", processor))
    context = multiprocessing.get_context("spawn")
    results = context.Queue()
    arguments = (tmp_path / "out", processor, f"file://{tmp_path / 'meet'}", results)
    ranks = [context.Process(target=read_as_rank, args=(rank, *arguments)) for rank in range(2)]
    for rank in ranks:
        rank.start()
    found = {rank: (epochs, states) for rank, epochs, states in (results.get(timeout=120) for _ in ranks)}
    for rank in ranks:
        rank.join()
    assert found[0][1] == found[1][1]
    for first, second in zip(found[0][0], found[1][0], strict=True):
        assert len(first) == len(second) and len(first) % 3 == 0
        # A filler has no learned token.
        learned = [row for batch in [*first, *second] for row in batch if row[0]]
        assert Counter(learned) == expected
        assert len(learned) < sum(len(batch) for batch in [*first, *second])


def test_fewer_shards_than_readers_is_refused_before_the_start(out, processor):
    with pytest.raises(UserError, match="need 5 shards, the training split has 4"):
        loader(out, processor, Crew(workers=5))


def test_shards_are_read_over_http_and_from_an_object_store(out):
    local = [sample["__key__"] for sample in stream_samples(list_shards(str(out), "train").shards[0].url)]
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(out))
    handler.log_message = lambda *_: None
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        far = list_shards(f"http://127.0.0.1:{server.server_port}", "train")
        assert [sample["__key__"] for sample in stream_samples(far.shards[0].url, 1)] == local[1:]
        server.shutdown()
    fsspec.filesystem("memory").put(str(out), "/shards", recursive=True)
    stored = list_shards("memory://shards", "train")
    assert [sample["__key__"] for sample in stream_samples(stored.shards[0].url)] == local
