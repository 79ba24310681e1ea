"""A source plan becomes encoded candidates: rendered, or imported. From here on all is computed on shipped bytes."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np

from schemas.errors import InterruptedRunError
from schemas.example import Edit
from schemas.keys import digest
from schemas.plan import PairRow, SourcePlan, SourceRecord, pair_key
from schemas.reject import Reject
from transforms.candidate import Candidate, EncodedTruth, SourceWork, error_reject
from transforms.edits.config import EditsConfig
from transforms.edits.cutouts import cutout_kind
from transforms.edits.render import render_program
from transforms.edits.triplet import Triplet
from transforms.shards.codec import EncodedImage, ImageFormat, encode_image, encode_label_map
from transforms.shortage import raise_if_short
from transforms.sources.decode import DecodeError, DecodeLimits
from transforms.sources.image import SourceImage
from transforms.sources.read import load_cutout, load_edited, load_source


@dataclass(frozen=True)
class CandidateMaker:
    """Settings of the step; see `make`.

    Attributes:
        edits: by component of the mixture.
    """

    edits: Mapping[str, EditsConfig]
    limits: DecodeLimits
    image_format: ImageFormat
    seed: int

    def settings(self) -> str:
        """Return what decides, beside plan and code, what is made."""
        edits = {name: config.model_dump_json() for name, config in sorted(self.edits.items())}
        return f"{edits} {self.limits.model_dump_json()} {self.image_format} {self.seed}"

    def make(self, plan: SourcePlan) -> SourceWork:
        """Return every planned candidate of a source, in the plan's order, encoded or set aside."""
        try:
            source = load_source(plan.source, self.limits)
        except (DecodeError, OSError) as error:  # the file changed or vanished after pass 1
            return self._all_rejected(plan, error)
        encoder = _Encoder(self.image_format)
        return SourceWork(plan, (*self._render(plan, source, encoder), *self._import(plan, source, encoder)))

    def _all_rejected(self, plan: SourcePlan, error: Exception) -> SourceWork:
        names = plan.candidate_names()
        return SourceWork(plan, tuple(error_reject(key, name, "read", error) for key, name in names.items()))

    def _render(self, plan: SourcePlan, source: SourceImage, encoder: "_Encoder") -> Iterator[Candidate | Reject]:
        records = {partner.source_id: partner for partner in plan.partners}
        kinds = {
            record.source_id: cutout_kind(record, partial(load_cutout, record, self.limits)) for record in plan.cutouts
        }
        for program in plan.programs:
            partners = _Opened([records[partner_id] for partner_id in program.partner_ids], self.limits)
            cutouts = [kinds[cutout_id] for cutout_id in program.cutout_ids]
            keys = [program.key(index) for index in range(len(program.candidates))]
            try:
                edits = self.edits[program.component]
                for item in render_program(program, source, partners, edits, self.seed, cutouts):
                    keys.pop(0)
                    yield item if isinstance(item, Reject) else encoder.encode(item, plan.source.item.name)
            except InterruptedRunError:
                raise
            except Exception as error:  # one program's failure is rows, not the end of the run
                raise_if_short(error)
                yield from (error_reject(key, plan.source.item.name, "render", error) for key in keys)

    def _import(self, plan: SourcePlan, source: SourceImage, encoder: "_Encoder") -> Iterator[Candidate | Reject]:
        for index, record in enumerate(plan.pairs, plan.first_pair):
            key = pair_key(plan.source.source_id, index)
            try:
                yield encoder.encode(self._pair(key, record, source), record.item.name, record.item.pair)
            except (DecodeError, OSError) as error:
                yield error_reject(key, record.item.name, "read", error)

    def _pair(self, key: str, record: SourceRecord, source: SourceImage) -> Triplet:
        pair = record.item.pair
        assert pair is not None, record.item.name
        return Triplet(
            key=key,
            program_id=f"{record.source_id}-g{digest(pair.instruction)[:8]}",
            source=source.rgb,
            edited=load_edited(pair, self.limits),
            instruction=pair.instruction,
            edit_type=pair.edit_type,
            edits=(Edit.imported(pair.edit_type),),
            outcome="unknown",
            truth=None,
            lender_ids=(record.source_id,),
            editor=pair.editor,
        )


class _Encoder:
    """Encodes the candidates of one source, and a source picture that they share but once."""

    def __init__(self, image_format: ImageFormat) -> None:
        self._format = image_format
        self._last: tuple[np.ndarray, EncodedImage] | None = None

    def encode(self, triplet: Triplet, name: str, pair: PairRow | None = None) -> Candidate:
        """Return the candidate of a triplet.

        Args:
            triplet: rendered or imported.
            name: of the source's file, or of the pair.
            pair: from which the triplet was imported, or None.
        """
        source = self._source(triplet.source)
        edited = encode_image(np.ascontiguousarray(triplet.edited), self._format)
        truth = triplet.truth
        encoded = EncodedTruth(encode_label_map(truth.label_map), truth.regions) if truth else None
        return Candidate(
            key=triplet.key,
            name=name,
            program_id=triplet.program_id,
            group_id=digest(source.info.sha256, triplet.instruction)[:16],
            instruction=triplet.instruction,
            edit_type=triplet.edit_type,
            edits=triplet.edits,
            outcome=triplet.outcome,
            source=source,
            edited=edited,
            truth=encoded,
            flaws=triplet.flaws,
            identity_lost=triplet.identity_lost,
            lender_ids=triplet.lender_ids,
            editor=triplet.editor,
            pair=pair,
        )

    def _source(self, rgb: np.ndarray) -> EncodedImage:
        if self._last is None or self._last[0] is not rgb:
            self._last = rgb, encode_image(np.ascontiguousarray(rgb), self._format)
        return self._last[1]


class _Opened(Mapping[str, SourceImage]):
    """Sources by id, each opened when it is asked for: few programs ask, and a rendered scene takes a second."""

    def __init__(self, records: Iterable[SourceRecord], limits: DecodeLimits) -> None:
        self._records = {record.source_id: record for record in records}
        self._limits = limits

    def __getitem__(self, source_id: str) -> SourceImage:
        return load_source(self._records[source_id], self._limits)

    def __iter__(self) -> Iterator[str]:
        return iter(self._records)

    def __len__(self) -> int:
        return len(self._records)
