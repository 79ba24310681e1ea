"""Data sets that somebody else made, to do harm: what their files say of themselves is not believed."""

import gzip
import io
import json
import resource
import struct
import tarfile
import tracemalloc
import zlib

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PIL import Image
from tiny_dataset import write_dataset

from pipeline.dataset import open_dataset
from pipeline.reshard import reshard
from pipeline.train.shards import stream_samples
from pipeline.validate import validate_dataset
from schemas.errors import UserError
from transforms import storage
from transforms.rows import read_rows
from transforms.shards.codec import MAX_PIXELS, decode_label_map, decode_member
from transforms.tars import MOST_BYTES, read_members

SHARD = "data/train-00000-of-00001.tar"


def tar_of(*entries, format=tarfile.GNU_FORMAT):
    """Return a tar of (TarInfo or name, content) pairs; what a TarInfo says stands, whatever the content is."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=format) as tar:
        for entry, content in entries:
            info = tarfile.TarInfo(entry) if isinstance(entry, str) else entry
            info.size = info.size or len(content)
            header = info.tobuf(format)
            stream.write(header + content + bytes(-len(content) % 512))
            tar.offset = stream.tell()
    return stream.getvalue()


def typed(type, name="k.json", **fields):
    info = tarfile.TarInfo(name)
    info.type = type
    for field, value in fields.items():
        setattr(info, field, value)
    return info


def names_of(data):
    return [entry.name for entry, _ in read_members(io.BytesIO(data), "x.tar")]


def test_a_sound_tar_is_read_and_only_what_is_wanted_is_read_of_it():
    data = tar_of(("k.source.jpg", b"abc"), ("k.json", b"{}"))
    assert [(entry.name, content) for entry, content in read_members(io.BytesIO(data), "x.tar")] == [
        ("k.source.jpg", b"abc"),
        ("k.json", b"{}"),
    ]
    wanted = read_members(io.BytesIO(data), "x.tar", lambda name: name.endswith(".json"))
    assert [content for _, content in wanted] == [b"", b"{}"]


@pytest.mark.parametrize(
    "name",
    [
        "../k.json",
        "/etc/k.json",
        "a/k.json",
        "k.json/..",
        "..",
        "k",
        ".json",
        "k..json",
        "C:\\k.json",
        "k.js\non",
        "K.json",
    ],
)
def test_names_that_lead_elsewhere_are_refused(name):
    with pytest.raises(UserError, match=r"x\.tar: member .* is not called KEY\.SUFFIX"):
        names_of(tar_of(("good.json", b"{}"), (name, b"{}")))


@pytest.mark.parametrize(
    "entry",
    [
        typed(tarfile.SYMTYPE, linkname="/etc/passwd"),
        typed(tarfile.LNKTYPE, linkname="good.json"),
        typed(tarfile.CHRTYPE, devmajor=1, devminor=5),
        typed(tarfile.BLKTYPE, devmajor=8),
        typed(tarfile.FIFOTYPE),
        typed(tarfile.DIRTYPE),
    ],
    ids=["symbolic link", "hard link", "device", "disk", "pipe", "folder"],
)
def test_what_is_no_plain_file_is_refused(entry):
    with pytest.raises(UserError, match=r"member 'k\.json' is no plain file"):
        names_of(tar_of(("good.json", b"{}"), (entry, b"")))


def test_a_sparse_member_that_unpacks_to_a_terabyte_is_refused():
    info = tarfile.TarInfo("k.json")
    info.pax_headers = {"GNU.sparse.major": "0", "GNU.sparse.size": str(2**40), "GNU.sparse.map": "0,1"}
    info.pax_headers["GNU.sparse.numblocks"] = "1"
    with pytest.raises(UserError, match="is no plain file"):
        names_of(tar_of((info, b"x"), format=tarfile.PAX_FORMAT))


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        (typed(tarfile.REGTYPE, size=50_000), "claims 50000 bytes, more than the tar has"),
        (typed(tarfile.REGTYPE, size=MOST_BYTES + 1), f"more than {MOST_BYTES}"),
        (typed(tarfile.REGTYPE, size=2**62), f"more than {MOST_BYTES}"),
        (typed(tarfile.XHDTYPE, size=8 * 2**30), "is no sound tar"),
        (typed(tarfile.GNUTYPE_LONGNAME, size=2**62), "is no sound tar"),
    ],
    ids=["beyond the end", "large", "absurd", "extended header", "long name"],
)
def test_a_claimed_size_is_not_believed(entry, words):
    data = tar_of(("good.json", b"{}"), (entry, b"x"))
    tracemalloc.start()
    with pytest.raises(UserError, match=words):
        names_of(data)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 5_000_000


@pytest.mark.parametrize("data", [gzip.compress(tar_of(("k.json", bytes(100_000)))), b"no tar" * 200, bytes(100)])
def test_compressed_and_other_files_are_refused(data):
    with pytest.raises(UserError, match="is no sound tar"):
        names_of(data)


def test_a_stream_that_cannot_seek_is_checked_too():
    class Pipe(io.BytesIO):
        def seekable(self):
            return False

        def seek(self, *_):
            raise OSError

    good = tar_of(("k.json", b"{}"))
    assert [content for _, content in read_members(Pipe(good), "x")] == [b"{}"]
    for bad in (typed(tarfile.SYMTYPE, linkname="/etc/passwd"), typed(tarfile.REGTYPE, size=2**40), "../k.json"):
        with pytest.raises(UserError):
            list(read_members(Pipe(tar_of((bad, b"x"))), "x"))


@pytest.fixture
def hostile(tmp_path):
    """A data set whose first shard holds a link to a file of its reader's."""
    out = tmp_path / "set"
    write_dataset(out)
    (tmp_path / "secret").write_text("secret")
    path = out / SHARD
    path.write_bytes(tar_of((typed(tarfile.SYMTYPE, linkname="../../secret"), b"")) + path.read_bytes())
    return out


def test_every_reader_of_shards_refuses_them(hostile, tmp_path):
    from rich.console import Console

    data = open_dataset(str(hostile))
    with pytest.raises(UserError, match="no plain file"):
        list(data.samples(SHARD))
    with pytest.raises(UserError, match="no plain file"):
        list(stream_samples(str(hostile / SHARD)))
    with pytest.raises(UserError, match="no plain file"):
        reshard(str(hostile), str(tmp_path / "new"), 4, Console(quiet=True))
    sealed = data.manifest.model_copy(
        update={
            "shards": [
                info.model_copy(update={"sha256": storage.sha256_of(str(hostile / info.name))})
                for info in data.manifest.shards
            ]
        }
    )
    (hostile / "manifest.json").write_text(sealed.model_dump_json())
    assert any("no plain file" in problem for problem in validate_dataset(str(hostile)).problems)


@pytest.mark.parametrize(
    "name", ["../x", "/etc/x", "data/../../x", "gs://b/x", "a//x", ".", "a/..", "a\\x", "a\nb", ""]
)
@pytest.mark.parametrize("part", ["files", "shards"])
def test_a_manifest_that_names_places_outside_is_refused(part, name, tmp_path):
    """`reshard` writes what `files` names, and every reader opens what `shards` does."""
    write_dataset(tmp_path)
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    if part == "files":
        manifest["files"][name] = "0" * 64
    else:
        manifest["shards"][0]["name"] = name
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(UserError, match="is no name of a file in the data set"):
        open_dataset(str(tmp_path))


def test_a_row_cannot_lead_to_a_shard_that_the_manifest_lacks(tmp_path):
    write_dataset(tmp_path)
    with pytest.raises(UserError, match="the manifest has no shard"):
        list(open_dataset(str(tmp_path)).samples("../elsewhere.tar"))


def png_header(width, height):
    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


@pytest.mark.parametrize("size", [(60_000, 60_000), (12_000, 12_000), (2**31 - 1, 1)])
def test_pictures_that_claim_huge_sides_are_not_decoded(size):
    assert size[0] * size[1] > MAX_PIXELS
    for decode in (decode_member, decode_label_map):
        with pytest.raises(ValueError, match="pixels"):
            decode(png_header(*size))


def test_members_are_decoded_in_the_formats_of_shards_alone():
    stream = io.BytesIO()
    Image.fromarray(np.zeros((8, 8), np.uint8)).save(stream, "TIFF")
    for decode in (decode_member, decode_label_map):
        with pytest.raises(OSError, match="cannot identify"):
            decode(stream.getvalue())


def parquet_of(table, **options):
    stream = io.BytesIO()
    pq.write_table(table, stream, compression="zstd", **options)
    return stream.getvalue()


def test_rows_are_read_whole_or_by_column():
    data = parquet_of(pa.table({"a": range(5000), "b": ["x"] * 5000}))
    assert read_rows(data, "x")[4999] == {"a": 4999, "b": "x"}
    assert read_rows(data, "x", ["a"])[:2] == [{"a": 0}, {"a": 1}]
    with pytest.raises(UserError, match="no column c"):
        read_rows(data, "x", ["a", "c"])


def test_a_parquet_file_that_unpacks_beyond_reason_is_refused():
    """Half a million rows of one long text: some kilobytes in the file, five gigabytes in memory."""
    text = pa.DictionaryArray.from_arrays(pa.array(np.zeros(500_000, np.int32)), pa.array(["x" * 10_000]))
    data = parquet_of(pa.table({"a": text}), store_schema=False)
    assert len(data) < 50_000
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(UserError, match=r"x\.parquet: unpacks to more than"):
        read_rows(data, "x.parquet")
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 3_000_000


@pytest.mark.parametrize("change", [lambda data: data[: len(data) // 2], lambda data: b"no parquet", lambda data: b""])
def test_a_damaged_parquet_file_is_named(change):
    with pytest.raises(UserError, match=r"x\.parquet: is no sound parquet file"):
        read_rows(change(parquet_of(pa.table({"a": range(100)}))), "x.parquet")
