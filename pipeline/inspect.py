"""`spatialreward inspect`: one sample, its record and its picture."""

import io

from PIL import Image
from rich.console import Console

from pipeline.dataset import Sample, open_dataset
from pipeline.report.draw import draw_example
from schemas.errors import UserError
from schemas.example import Example
from transforms import storage


def inspect_key(out: str, key: str | None, console: Console) -> tuple[Example, str]:
    """Print a sample's record and write its panel; return the Example and the panel's path.

    Args:
        out: folder of a finished data set.
        key: of the sample; None takes the first of the first shard.
        console: where to print.

    Raises:
        UserError: `out` is no finished data set, or holds no sample of that key.
    """
    sample = _find(out, key)
    example = sample.example()
    panel = draw_example(sample.image("source"), sample.image("edited"), sample.label_map(), example)
    stream = io.BytesIO()
    Image.fromarray(panel).save(stream, "PNG")
    path = storage.join(out, "report", "inspect", f"{sample.key}.png")
    storage.write_bytes(path, stream.getvalue())
    console.print(f"{sample.key} in {sample.shard}: {', '.join(sample.members)}", soft_wrap=True, markup=False)
    console.print_json(example.model_dump_json())
    console.print(f"Picture: {path}", soft_wrap=True, markup=False)
    return example, path


def _find(out: str, key: str | None) -> Sample:
    data = open_dataset(out)
    if key is None:
        return next(data.samples(data.manifest.shards[0].name))
    found = data.find({key})
    if key not in found:
        raise UserError(f"--key {key}: no such sample in {out}; metadata/*.parquet lists every key")
    return found[key]
