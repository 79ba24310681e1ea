"""Every way of loading a data set, compared field by field with the JSON in its shards."""

import io
import json
import tarfile
import tempfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

SPLITS = ("train", "validation", "test")


def assert_all_loaders_equal(out):
    """Assert that each way of loading gives every sample of `out`: each field equal to its JSON, each pixel as decoded.

    `datasets` with the card, streaming and not; without the card, streaming and not; `webdataset`; and, where torch is
    installed, a DataLoader with two workers.
    """
    out = Path(out)
    expected = _from_tars(out)
    with tempfile.TemporaryDirectory() as cache:
        _compare(expected, _with_card(out, cache, streaming=True), "with card, streaming")
        _compare(expected, _with_card(out, cache, streaming=False), "with card")
        _compare(expected, _without_card(out, cache, streaming=True), "without card, streaming")
        _compare(expected, _without_card(out, cache, streaming=False), "without card")
    _compare(expected, _webdataset(out), "webdataset")
    torch = pytest.importorskip("torch")
    _compare(expected, _torch(out, torch), "DataLoader with 2 workers")


def _shards(out):
    return {split: [str(p) for p in sorted((out / "data").glob(f"{split}-*.tar"))] for split in SPLITS}


def _from_tars(out):
    """Return split -> key -> the sample, read with nothing but tarfile, json and Pillow."""
    result = {}
    for split, shards in _shards(out).items():
        for shard in shards:
            with tarfile.open(shard) as tar:
                for entry in tar:
                    key, _, suffix = entry.name.partition(".")
                    result.setdefault(split, {}).setdefault(key, {})[suffix] = tar.extractfile(entry).read()
    assert result, f"no shards in {out}"
    return {split: {key: _decoded(s) for key, s in found.items()} for split, found in result.items()}


def _decoded(members):
    images = {suffix: np.array(Image.open(io.BytesIO(data))) for suffix, data in members.items() if suffix != "json"}
    return {**images, "json": json.loads(members["json"])}


def _with_card(out, cache, streaming):
    from datasets import load_dataset

    options = {"streaming": True} if streaming else {"cache_dir": cache}
    found = load_dataset(str(out), **options)
    return {split: [_plain(sample) for sample in found[split]] for split in found}


def _without_card(out, cache, streaming):
    from datasets import load_dataset

    files = {split: shards for split, shards in _shards(out).items() if shards}
    options = {"streaming": True} if streaming else {"cache_dir": cache}
    found = load_dataset("webdataset", data_files=files, **options)
    return {split: [_plain(sample) for sample in found[split]] for split in found}


def _webdataset(out):
    import webdataset

    return {
        split: [_plain(s) for s in webdataset.WebDataset(shards, shardshuffle=False).decode("pil")]
        for split, shards in _shards(out).items()
        if shards
    }


def _torch(out, torch):
    import webdataset

    result = {}
    for split, shards in _shards(out).items():
        if shards:
            data = webdataset.WebDataset(shards, shardshuffle=False, empty_check=False).decode("pil").map(_plain)
            loader = torch.utils.data.DataLoader(data, batch_size=None, num_workers=2)
            result[split] = list(loader)
    return result


def _plain(sample):
    """Return the members of a loaded sample, images as arrays."""
    members = {name: value for name, value in sample.items() if name == "json" or not name.startswith("__")}
    return {
        "__key__": sample["__key__"],
        **{name: np.array(value) if isinstance(value, Image.Image) else value for name, value in members.items()},
    }


def _compare(expected, loaded, way):
    assert loaded.keys() == expected.keys(), way
    for split, samples in loaded.items():
        assert sorted(sample["__key__"] for sample in samples) == sorted(expected[split]), f"{way}: {split}"
        for sample in samples:
            key = sample.pop("__key__")
            _compare_sample(expected[split][key], sample, f"{way}: {split}: {key}")


def _compare_sample(expected, sample, where):
    assert sample.keys() == expected.keys(), where
    for name, value in expected.items():
        if name == "json":
            assert_same(value, sample[name], f"{where}: json")
        elif name == "mask.png" and sample[name].ndim == 3:
            # webdataset's decoder turns every picture into RGB; the ids stand in each channel
            assert all(np.array_equal(value, sample[name][..., c]) for c in range(3)), f"{where}: {name}"
        else:
            assert np.array_equal(value, sample[name]), f"{where}: {name}"


def assert_same(expected, found, where):
    """Assert equality of JSON values, and of their types: 1 is not 1.0, None is nothing."""
    assert type(expected) is type(found), f"{where}: {expected!r} became {found!r}"
    if isinstance(expected, dict):
        assert expected.keys() == found.keys(), f"{where}: {sorted(expected.keys() ^ found.keys())}"
        for name, value in expected.items():
            assert_same(value, found[name], f"{where}.{name}")
    elif isinstance(expected, list):
        assert len(expected) == len(found), f"{where}: {expected!r} became {found!r}"
        for index, (one, other) in enumerate(zip(expected, found, strict=True)):
            assert_same(one, other, f"{where}[{index}]")
    else:
        assert expected == found, f"{where}: {expected!r} became {found!r}"
