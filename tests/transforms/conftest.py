"""Hand-built candidates: every fact is given, nothing is measured."""

from types import SimpleNamespace

import pytest

from schemas.example import Edit, EditRegion, ImageInfo, Quality
from transforms.candidate import Candidate, DerivedRegions, EncodedTruth
from transforms.edits.triplet import TrueRegion
from transforms.shards.codec import EncodedImage


def edit(id=1, edit_type="color_alter", target="coffee cup", value="blue", done=1.0, source=(), edited=()):
    return Edit(
        id=id,
        edit_type=edit_type,
        target=target,
        value=value,
        source_bbox_2d=list(source),
        edited_bbox_2d=list(edited),
        done=done,
        region_ids=[],
    )


def region(id=1, edit_id=1, kind="requested", label="coffee cup", box=(100, 100, 300, 300), area=0.03, delta_e=25.0):
    return EditRegion(
        id=id, label=label, bbox_2d=list(box), edit_id=edit_id, kind=kind, area=area, delta_e=delta_e, confidence=0.9
    )


def image(sha256):
    return EncodedImage(data=b"-", extension="jpg", info=ImageInfo(width=640, height=480, sha256=sha256))


def derived(*regions, status="ok", changed=0.0, delta_e=0.0, structure=0.97, noise=1.0):
    return DerivedRegions(
        status=status,
        label_png=b"-",
        edit_region=tuple(regions),
        method="classical/1",
        outside_changed=changed,
        outside_delta_e=delta_e,
        structure=structure,
        noise_delta_e=noise,
    )


def truth(*kinds):
    regions = (TrueRegion(i, "coffee cup", (64, 48, 192, 144), 1, kind) for i, kind in enumerate(kinds, 1))
    return EncodedTruth(label_png=b"-", regions=tuple(regions))


def candidate(outcome="faithful", edits=None, regions=None, key="k-p0-c0", flaws=(), edited_sha256="e", **facts):
    edits = (edit(),) if edits is None else tuple(edits)
    given = {"name": "photo.jpg", "instruction": "Make the coffee cup blue.", "pair": None}
    facts = {**given, "truth": None, "quality": Quality()} | facts
    return Candidate(
        key=key,
        program_id="k-p0",
        group_id="g",
        edit_type=edits[0].edit_type if len(edits) == 1 else "multi",
        edits=edits,
        outcome=outcome,
        source=image("s"),
        edited=image(edited_sha256),
        flaws=tuple(flaws),
        lender_ids=("k",),
        editor="renderer/1",
        regions=derived(region()) if regions is None else regions,
        **facts,
    )


@pytest.fixture(scope="session")
def hand():
    """The builders above."""
    return SimpleNamespace(edit=edit, region=region, derived=derived, truth=truth, candidate=candidate)
