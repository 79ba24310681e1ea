"""From a checkpoint's path to a segmenter: its kind is read from its own weights."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from schemas.errors import UserError
from transforms.regions import sam_tiny_vit
from transforms.regions.sam2 import load_sam2
from transforms.regions.sam_segmenter import SegmentAnything, Segmenter

WIDTHS = {768: "vit_b", 1024: "vit_l", 1280: "vit_h"}
"""Channels of Segment Anything's image encoders."""
PATCHES = "image_encoder.patch_embed.proj.weight"
"""The weight that tells them apart."""
INSTALL = 'masks by SAM need torch and segment_anything: pip install "spatialreward-train[sam]"'


def load_segmenter(checkpoint: str, model_type: str = "auto", device: str = "cpu") -> Segmenter:
    """Load a segmenter.

    Args:
        checkpoint: a file of Segment Anything (vit_b, vit_l, vit_h) or MobileSAM (vit_t) weights, or a folder with
            SAM 2 as transformers saves it.
        model_type: what it must be: vit_b, vit_l, vit_h, vit_t or sam2; auto for whatever it is.
        device: torch device.

    Raises:
        UserError: packages are missing, there is no such checkpoint or device, or it is of another kind.
    """
    path = Path(checkpoint)
    if not path.exists():
        raise UserError(f"SAM checkpoint {path}: no such file; give the path of a downloaded checkpoint")
    _check_device(device)
    if path.is_dir():
        _check_type(path, "sam2", model_type)
        return load_sam2(path, device)
    try:
        import segment_anything  # noqa: F401
    except ImportError as error:
        raise UserError(INSTALL) from error
    weights = _read(path)
    kind = _kind(path, weights)
    _check_type(path, kind, model_type)
    return SegmentAnything(_build(path, kind, weights).to(device).eval(), f"sam/{kind}")


def _check_device(device: str) -> None:
    try:
        import torch
    except ImportError as error:
        raise UserError(INSTALL) from error
    try:
        torch.empty(1, device=device)
    except (RuntimeError, AssertionError) as error:
        reason = str(error).splitlines()[0]
        raise UserError(f"SAM device {device}: {reason}; use cpu, or a device that torch finds") from error


def _check_type(path: Path, kind: str, model_type: str) -> None:
    if model_type not in ("auto", kind):
        raise UserError(f"SAM checkpoint {path} is {kind}, not {model_type}; leave the model type out, or name {kind}")


def _read(path: Path) -> Mapping[str, Any]:
    """Return the tensors of a file by name; it may hold nothing else, so that reading it runs no code of it."""
    import torch

    try:
        weights = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # torch, pickle and zipfile raise what they like for a file that is none of theirs
        raise UserError(
            f"SAM checkpoint {path}: not a file of PyTorch weights (it begins with {_head(path)}); download it again"
        ) from error
    if isinstance(weights, dict) and isinstance(weights.get("model"), dict):
        weights = weights["model"]
    if not (isinstance(weights, dict) and weights and all(hasattr(value, "shape") for value in weights.values())):
        raise UserError(f"SAM checkpoint {path}: holds no table of weights; give a Segment Anything checkpoint")
    return weights


def _head(path: Path) -> str:
    with path.open("rb") as file:
        return ascii(file.read(12).decode("latin-1"))


def _kind(path: Path, weights: Mapping[str, Any]) -> str:
    if sam_tiny_vit.MARK in weights:
        return "vit_t"
    if any(name.startswith("image_encoder.trunk.") for name in weights):
        raise UserError(
            f"SAM checkpoint {path}: SAM 2 in its authors' format, which is not read; give the folder of the same model"
            " as transformers saves it (config.json, model.safetensors, preprocessor_config.json)"
        )
    width = weights[PATCHES].shape[0] if PATCHES in weights else None
    if width not in WIDTHS:
        raise UserError(
            f"SAM checkpoint {path}: weights of another model ({sorted(weights)[0]}, ...); give one of Segment Anything"
            f" ({', '.join(WIDTHS.values())}) or MobileSAM"
        )
    return WIDTHS[width]


def _build(path: Path, kind: str, weights: Mapping[str, Any]) -> Any:
    """Return the model with its weights; a checkpoint that lacks some, or has others, is refused."""
    from segment_anything import sam_model_registry

    if kind == "vit_t":
        model, weights = sam_tiny_vit.mobile_sam(), sam_tiny_vit.renamed(weights)
    else:
        model = sam_model_registry[kind]()
    try:
        model.load_state_dict(weights)
    except RuntimeError as error:
        reason = str(error).splitlines()[1].strip()[:160]
        raise UserError(
            f"SAM checkpoint {path}: not the weights of {kind} ({reason}); give an unchanged checkpoint"
        ) from error
    return model
