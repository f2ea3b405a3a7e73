"""Who is given which case, and who had it before."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from assay.records.synthetic.cases import Cases
from assay.records.synthetic.columns import EMPTY, EMPTY_DAY, Numbers
from assay.records.synthetic.draws import between, happens
from assay.records.synthetic.rates import rate

REASONS = ("initial", "transfer", "transfer_region", "workload", "leaver")
INITIAL, TRANSFER, FROM_REGION, WORKLOAD, LEAVER = range(5)


class Held(NamedTuple):
    """Those who hold cases, one row each. The first ``serving`` hold some today, in the order of PDUs;
    ``gone`` are rows of those who left, ``visitor`` is a colleague in another region, if there is one."""

    pdu: Numbers
    grade: Numbers
    started: Numbers
    left: Numbers
    serving: int
    gone: Numbers
    visitor: int


def deal(rng: np.random.Generator, active: Numbers, count: int) -> Numbers:
    """Deal cases to ``count`` people: open cases evenly with a little unevenness, ended ones at random."""
    dealt = rng.integers(0, count, len(active))
    turn = (np.arange(int(active.sum())) % count)[rng.permutation(int(active.sum()))]
    swap = rng.random(len(turn)) < 0.15
    turn[swap] = rng.integers(0, count, int(swap.sum()))
    dealt[active] = turn
    return dealt


def deal_again(rng: np.random.Generator, cases: Cases, holder: Numbers, held: Held) -> Numbers:
    """The holders, with ended cases given to somebody who was there: of the same PDU, and still serving or
    gone since the end of the case. Where three draws find nobody, the first stays."""
    ended = np.flatnonzero(~cases.active)
    begun, end, pdu = cases.begun[ended], cases.ended[ended], cases.pdu[ended]
    gone = held.gone[np.argsort(held.pdu[held.gone], kind="stable")]
    found, there = holder[ended], held.started[holder[ended]] <= begun
    for _ in range(3):
        for who in (colleague(rng, pdu, held.pdu[: held.serving]), _leaver(rng, pdu, gone, held.pdu)):
            fits = (held.started[who] <= begun) & ((held.left[who] == EMPTY_DAY) | (held.left[who] >= end))
            fits &= ~there & (held.pdu[who] == pdu)
            found, there = np.where(fits, who, found), there | fits
    holder = holder.copy()
    holder[ended] = found
    return holder


def allocate(rng: np.random.Generator, cases: Cases, holder: Numbers, held: Held) -> dict[str, Numbers]:
    """Former holders: a leaver of the same PDU, a colleague, someone in another PDU or another region. Who
    began after the case did took it over from somebody."""
    people = cases.count
    draw = rng.random(people)
    late = cases.active & (held.started[holder] > cases.begun + 10)
    elsewhere = (held.visitor != EMPTY) & happens(rng, rate("moved_from_another_region"), people) & ~late
    moved = (draw < rate("moved_to_another_pdu")) & ~late & ~elsewhere
    changed = (draw < rate("holder_changed")) | late | elsewhere
    former = holder[rng.permutation(people)]
    same = held.pdu[former] == cases.pdu
    former = np.where(moved & ~same, former, _who_was_there(rng, cases, held))
    one = held.gone[rng.integers(0, len(held.gone), people)]
    from_leaver = changed & ~moved & ~late & ~elsewhere & (held.pdu[one] == cases.pdu)
    from_leaver &= held.left[one] > cases.begun + 5
    former = np.where(from_leaver, one, np.where(elsewhere, held.visitor, former))
    room = cases.last - cases.begun
    switched = cases.begun + (room * (0.1 + 0.8 * rng.random(people))).astype(np.int32)
    switched = np.where(from_leaver, np.minimum(held.left[one], cases.last), switched)
    switched = np.where(late, held.started[holder] + between(rng, 0, 10, people), switched)
    changed &= (former != holder) & (room > 30) & (switched > cases.begun) & (switched <= cases.last)
    other_pdu = changed & (held.pdu[former] != cases.pdu)
    reason = np.where(other_pdu, TRANSFER, np.where(from_leaver, LEAVER, WORKLOAD))
    return {
        "former": former.astype(np.int32),
        "switched": np.where(changed, switched, EMPTY_DAY).astype(np.int32),
        "reason": np.where(changed & elsewhere, FROM_REGION, reason).astype(np.int16),
    }


def _who_was_there(rng: np.random.Generator, cases: Cases, held: Held) -> Numbers:
    """A colleague of each person's PDU who served when the case began, if three draws find one."""
    found = colleague(rng, cases.pdu, held.pdu[: held.serving])
    for _ in range(2):
        other = colleague(rng, cases.pdu, held.pdu[: held.serving])
        found = np.where(held.started[found] > cases.begun, other, found)
    return found


def colleague(rng: np.random.Generator, pdu: Numbers, serving_pdu: Numbers) -> Numbers:
    """Somebody at random of each PDU; ``serving_pdu`` is sorted."""
    pdus = np.arange(int(serving_pdu[-1]) + 1)
    start = np.searchsorted(serving_pdu, pdus)
    size = np.bincount(serving_pdu, minlength=len(pdus))
    return start[pdu] + (rng.random(len(pdu)) * size[pdu]).astype(np.int64)


def _leaver(rng: np.random.Generator, pdu: Numbers, gone: Numbers, pdu_of: Numbers) -> Numbers:
    """A leaver of each PDU, where it has one; else any."""
    where = pdu_of[gone]
    start, end = np.searchsorted(where, pdu), np.searchsorted(where, pdu, side="right")
    place = start + (rng.random(len(pdu)) * (end - start)).astype(np.int64)
    return gone[np.minimum(place, len(gone) - 1)]
