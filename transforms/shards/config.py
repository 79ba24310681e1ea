"""Settings of the shards."""

from typing import Annotated

from pydantic import Field

from schemas.example import Model
from transforms.shards.codec import ImageFormat


class ShardsConfig(Model):
    """What the tars look like."""

    target_samples: Annotated[int, Field(ge=1)] = 1000
    """Samples per shard, about: there are max(1, min(count // target, count // 20)) shards per split."""
    image_format: ImageFormat = "jpg"
    """jpg (quality 95, 4:4:4), png or webp."""
