"""A whole draw by a plan: how many from where, which, who stands by, and what has to be said about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from assay.core.estimation import allocation as allocating
from assay.core.estimation import design, nested
from assay.core.estimation.allocation import FLOOR, LEAST, Step
from assay.core.estimation.design import BUFFER_PERCENT, Orders, Sample
from assay.core.estimation.frame import Frame
from assay.core.estimation.nested import CAP, Nested
from assay.core.messages import Message, message


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is asked of a draw. ``method``, ``least``, ``spread`` and ``floor`` are those of
    :func:`assay.core.estimation.design.allocate`; ``buffer_percent`` of those drawn stand by; ``within``
    shares each stratum out over the places within it, with at most ``cap`` of a practitioner."""

    size: int
    method: str = "proportional"
    least: int = LEAST
    spread: Mapping[str, float] | None = None
    floor: float = FLOOR
    buffer_percent: int = BUFFER_PERCENT
    within: bool = False
    cap: int | None = CAP


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A draw by a plan. ``steps`` tell how each number came about; ``standing_by`` how many of each stratum
    follow in order to replace others; ``by_place`` is there where it was shared out within strata."""

    plan: Plan
    sample: Sample
    steps: tuple[Step, ...]
    standing_by: Mapping[str, int]
    by_place: Nested | None = None

    def chance(self, id: str, stratum: str) -> tuple[int, int]:
        """The chance the case had of being drawn, as so many of so many, not shortened."""
        if self.by_place is None:
            return self.sample.n_by_stratum[stratum], self.sample.sizes[stratum]
        chance, size = self.by_place.chances[id], self.by_place.size_around(id)
        return int(chance * size), size

    @property
    def warnings(self) -> tuple[Message, ...]:
        """What somebody who uses the sample has to know."""
        return tuple(_warnings(self))


def carry_out(frame: Frame, plan: Plan, *, seed: str, ordered: Orders | None = None) -> Drawn:
    """The draw. The same frame, plan and seed give the same cases, in any order of the frame. ``Refused`` as
    in :func:`assay.core.estimation.design.allocate` and :func:`assay.core.estimation.design.draw`."""
    shared = design.allocated(
        frame.sizes,
        plan.size,
        method=plan.method,
        spread=plan.spread,
        floor=plan.floor,
        min_per_stratum=plan.least,
    )
    if not plan.within:
        sample = design.draw(frame, shared.counts, seed=seed, ordered=ordered)
        return Drawn(
            plan=plan,
            sample=sample,
            steps=shared.steps,
            standing_by=_standing_by(plan, shared.counts, sample),
        )
    by_place = nested.draw_within(
        frame,
        shared.counts,
        seed=seed,
        cap=plan.cap,
        published=plan.method == "published",
        ordered=ordered,
    )
    return Drawn(
        plan=plan,
        sample=by_place.sample,
        steps=shared.steps + by_place.steps,
        standing_by=_standing_by(plan, shared.counts, by_place.sample),
        by_place=by_place,
    )


def _standing_by(plan: Plan, asked: Mapping[str, int], sample: Sample) -> dict[str, int]:
    if plan.method != "published":
        return design.standing_by(sample.n_by_stratum, sample.sizes, percent=plan.buffer_percent)
    whole = allocating.half_up(sample.sizes, plan.size, buffer_percent=plan.buffer_percent).counts
    left = {name: sample.sizes[name] - drawn for name, drawn in sample.n_by_stratum.items()}
    return {name: min(max(0, whole[name] - asked[name]), left[name]) for name in left}


def _warnings(drawn: Drawn) -> list[Message]:
    sample, found = drawn.sample, []
    for name, n in sample.n_by_stratum.items():
        if not n:
            found.append(
                message(
                    "Stratum {name} gives no case: its {size} eligible could not have been drawn.",
                    name=name,
                    size=sample.sizes[name],
                )
            )
    if drawn.by_place is not None:
        for name, missing in drawn.by_place.short.items():
            found.append(
                message(
                    "Stratum {name} falls {missing} short: its practitioners give no more.",
                    name=name,
                    missing=missing,
                )
            )
        if drawn.by_place.never:
            found.append(
                message(
                    "{never} of {all} eligible cases could not have been drawn, since their practitioner's "
                    "share comes to nought: the sample does not speak for them without more being assumed.",
                    never=drawn.by_place.never,
                    all=sum(sample.sizes.values()),
                )
            )
    return found
