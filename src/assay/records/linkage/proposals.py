"""What follows from the decisions: something a person may do in the source system. Assay writes to none.

Where both records are of the case record, the proposal is to merge one into the other there, and it is done
when a load shows the record merged. Where only one is, the proposal is to note the other source's key on it,
which no table of the standard shows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from assay.core.messages import Message, message
from assay.records.linkage.decisions import Decision, Verdict, standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """One proposal. ``merged_into`` is the record proposed to stay, None where there is nothing to merge.
    ``seen`` is True once the records show it, False while they do not, None where they cannot."""

    decision: Decision
    words: Message
    merged_into: str | None
    seen: bool | None


def proposals(
    decisions: Iterable[Decision], *, case_records: Iterable[str], merged: Mapping[str, str]
) -> tuple[Proposal, ...]:
    """A proposal for each pair decided to be the same, in the order of the pairs.

    ``case_records`` are the sources whose keys are case reference numbers; ``merged`` says of each record
    merged there which one it went into. Two records under one number are one already.
    """
    own = set(case_records)
    found = []
    for each in sorted(
        standing(decisions).values(), key=lambda line: (line.left, line.left_id, line.right_id)
    ):
        if each.verdict != Verdict.SAME:
            continue
        if each.left in own and each.right in own:
            if each.left_id != each.right_id:
                found.append(_merge(each, merged))
        else:
            found.append(_note(each, own))
    return tuple(found)


def _merge(decision: Decision, merged: Mapping[str, str]) -> Proposal:
    """The lower number is the older record, and proposed to stay; whoever merges may turn it round."""
    stays, goes = sorted((decision.left_id, decision.right_id))
    seen = _ends_in(stays, merged) == _ends_in(goes, merged)
    words = message(
        "In nDelius: merge {goes} into {stays} (merged_into of {goes}: {stays}).", goes=goes, stays=stays
    )
    return Proposal(decision=decision, words=words, merged_into=stays, seen=seen)


def _note(decision: Decision, own: set[str]) -> Proposal:
    ends = [(decision.left, decision.left_id), (decision.right, decision.right_id)]
    ends.sort(key=lambda end: end[0] not in own)
    (first, first_id), (other, other_id) = ends
    words = message(
        "In {first}, on {first_id}: note that {other} has this person as {other_id}.",
        first="nDelius" if first in own else first,
        first_id=first_id,
        other=other,
        other_id=other_id,
    )
    return Proposal(decision=decision, words=words, merged_into=None, seen=None)


def _ends_in(crn: str, merged: Mapping[str, str]) -> str:
    for _ in merged:
        if crn not in merged:
            break
        crn = merged[crn]
    return crn
