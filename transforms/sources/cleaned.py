"""Texts that come along with sources, cleaned in one place, whoever read them."""

from schemas.example import ScoredReasoning
from schemas.plan import InstanceRow, PairRow, Rights, SourceItem
from schemas.reject import Reject
from transforms.texts.clean import Cleaner, shown_name

_UNKNOWN = Rights()


def clean_entry(entry: SourceItem | Reject) -> SourceItem | Reject:
    """Return what a reader found with every text clean; a pair without an instruction then is rejected.

    Instruction, editor, reasoning, licence, attribution, scene and what things are called are cleaned, and the item
    says what was changed; names of files have their control characters spelled out.
    """
    if isinstance(entry, Reject):
        shown = {name: shown_name(getattr(entry, name)) for name in ("key", "name", "detail")}
        return entry.model_copy(update=shown)
    clean = Cleaner()
    pair = entry.pair and _pair(entry.pair, clean)
    if pair and not pair.instruction:
        return _without_instruction(entry)
    cutout = entry.cutout and entry.cutout.model_copy(update={"called": clean(entry.cutout.called) or "-"})
    changed = {
        "name": shown_name(entry.name),
        "scene": clean(entry.scene) or "-",
        "rights": _rights(entry.rights, clean),
        "pair": pair,
        "cutout": cutout,
        "instances": _instances(entry, clean),
    }
    if not clean.changes and all(getattr(entry, name) == value for name, value in changed.items()):
        return entry  # as most are
    return entry.model_copy(update={**changed, "cleaned": (*entry.cleaned, *clean.changes)})


def _pair(pair: PairRow, clean: Cleaner) -> PairRow:
    changed = {
        "name": shown_name(pair.name),
        "instruction": clean(pair.instruction),
        "given_type": clean(pair.given_type) or "-",
        "editor": clean(pair.editor) or "unknown",
        "semantic_consistency": _scored(pair.semantic_consistency, clean),
        "perceptual_quality": _scored(pair.perceptual_quality, clean),
    }
    return pair.model_copy(update=changed)


def _scored(scored: ScoredReasoning | None, clean: Cleaner) -> ScoredReasoning | None:
    return scored and scored.model_copy(update={"reasoning": clean(scored.reasoning) or "-"})


def _rights(rights: Rights, clean: Cleaner) -> Rights:
    license, attribution = clean(rights.license), clean(rights.attribution)
    if (license, attribution) == (rights.license, rights.attribution):
        return rights  # most items share theirs
    return rights.model_copy(
        update={"license": license or _UNKNOWN.license, "attribution": attribution or _UNKNOWN.attribution}
    )


def _instances(item: SourceItem, clean: Cleaner) -> str:
    if item.instances.isascii() and "\\" not in item.instances:
        return item.instances  # nothing to clean, and cheaper to find out than to read
    rows = [_instance(row, clean).model_dump_json() for row in item.instance_rows()]
    return f"[{','.join(rows)}]"


def _instance(row: InstanceRow, clean: Cleaner) -> InstanceRow:
    return row.model_copy(update={"name": clean(row.name) or "thing", "group": clean(row.group) or "-"})


def _without_instruction(item: SourceItem) -> Reject:
    name = shown_name(item.name)
    return Reject(
        level="file",
        key=name,
        name=name,
        stage="read",
        reason="missing_instruction",
        reject_class="error",
        detail="instruction: nothing is left of it without control and invisible characters; write what was asked",
    )
