"""Variants of the chain with one switch turned."""

from benchmarks.regions.methods import Method
from transforms.regions.config import RegionsConfig


def ablation_methods(config: RegionsConfig) -> list[Method]:
    """Return the chain, then one variant per boolean switch of its settings, turned the other way.

    Args:
        config: settings of the whole chain.
    """
    switches = [name for name in RegionsConfig.model_fields if isinstance(getattr(config, name), bool)]
    variants = [
        Method(f"{'without' if getattr(config, name) else 'with'} {name}", _turned(config, name)) for name in switches
    ]
    return [Method("whole chain", config), *variants]


def _turned(config: RegionsConfig, switch: str) -> RegionsConfig:
    return config.model_copy(update={switch: not getattr(config, switch)})
