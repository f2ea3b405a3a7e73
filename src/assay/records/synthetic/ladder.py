"""Enquiries to police and children's services: asked, answered, analysed, used, and what is truly so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from assay.records.synthetic.assessing import Assessments
from assay.records.synthetic.cases import Cases
from assay.records.synthetic.columns import EMPTY, EMPTY_DAY, Numbers
from assay.records.synthetic.draws import between, chosen, delay, happens, stream, worked, working
from assay.records.synthetic.events import Events
from assay.records.synthetic.rates import rate
from assay.records.synthetic.reports import Reports

AGENCIES = ("police", "childrens_services")
REPLIES = ("known", "not_known", "partial")
KINDS = ("domestic_abuse", "domestic_abuse_and_other", "child_safeguarding", "other")
OUTCOMES = ("sent", "not_sent_up_to_date")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ladder:
    """One row an enquiry. ``vague``, ``analysed`` and ``used`` are hidden truth. ``again``: something after
    the start called for it; ``early``: made before it, for a report
    to court or a release from prison."""

    person: Numbers
    agency: Numbers
    kind: Numbers
    outcome: Numbers
    asked: Numbers
    answered: Numbers
    reply: Numbers
    vague: Numbers
    analysed: Numbers
    used: Numbers
    again: Numbers
    early: Numbers


def make_ladder(
    cases: Cases, events: Events, assessed: Assessments, reports: Reports, *, as_at: date, seed: int
) -> Ladder:
    """The enquiries before sentence, at the start and at later triggers."""
    rng = stream(seed, as_at, "ladder")
    signed = np.full(cases.count, EMPTY_DAY, dtype=np.int32)
    firsts = assessed.first
    signed[assessed.person[firsts]] = assessed.completed[firsts]
    people, agency, asked, again, early = _askings(rng, cases, events, reports)
    count = len(people)
    need = np.where(agency == 0, cases.need_police[people], cases.need_children[people])
    sent = ~happens(rng, rate("not_sent_up_to_date"), count)
    chance = np.where(agency == 0, rate("police_answered"), rate("children_answered"))
    wait = np.where(agency == 0, delay(rng, 8, 0.7, count), delay(rng, 12, 0.7, count))
    wait = np.where(early, delay(rng, 2, 0.7, count), wait)
    gives = happens(rng, chance, count) & sent
    known = np.where(need, 0.68, 0.12)
    draw = rng.random(count)
    reply = np.where(draw < known, 0, np.where(draw < known + 0.17, 2, 1))
    telling = reply != 1
    analysed = gives & telling & happens(rng, rate("analysed"), count)
    answered = working(asked, later=wait)
    # Half of what was never analysed came after the assessment: the records can show that; the other
    # half came before it and was passed over: only a reader can.
    late = (
        gives
        & telling
        & ~analysed
        & ~again
        & ~early
        & (signed[people] != EMPTY_DAY)
        & happens(rng, 0.6, count)
    )
    answered = np.where(late, np.maximum(answered, signed[people] + between(rng, 2, 24, count)), answered)
    gives &= answered <= cases.last[people]
    analysed &= gives
    kind = chosen(rng, count, {"domestic_abuse": 0.62, "domestic_abuse_and_other": 0.33, "other": 0.05})
    codes = np.array([0, 1, 3])[kind.index]
    return Ladder(
        person=people.astype(np.int32),
        agency=agency.astype(np.int16),
        kind=np.where(agency == 1, 2, codes).astype(np.int16),
        outcome=np.where(sent, 0, 1).astype(np.int16),
        asked=asked,
        answered=np.where(gives, answered, EMPTY_DAY).astype(np.int32),
        reply=np.where(gives, reply, EMPTY).astype(np.int16),
        vague=gives & telling & happens(rng, rate("reply_vague"), count),
        analysed=analysed,
        used=analysed & happens(rng, rate("used_when_analysed"), count),
        again=again,
        early=early,
    )


def _askings(
    rng: np.random.Generator, cases: Cases, events: Events, reports: Reports
) -> tuple[Numbers, Numbers, Numbers, Numbers, Numbers]:
    parts = []
    for agency, need, name in ((0, cases.need_police, "police"), (1, cases.need_children, "children")):
        asked = rate(f"{name}_asked")
        chance = np.where(need, asked, rate(f"{name}_asked_without_need"))
        prompt = happens(rng, rate("asked_in_time"), cases.count)
        later = np.where(prompt, between(rng, 0, 4, cases.count), between(rng, 7, 45, cases.count))
        day = working(cases.begun, later=later)
        luck = worked(rng, cases.care)
        rows = np.flatnonzero((luck < chance) & (day <= cases.last))
        parts.append(_asked(rows, agency, day[rows]))
        # Who asks at the start mostly asked before sentence too: the same luck decides both.
        rows = _for_report(reports, luck, np.where(need, rate(f"{name}_asked_at_court"), chance))
        person = reports.person[rows]
        day = np.minimum(
            working(reports.requested[rows], later=between(rng, 0, 1, len(rows))), reports.delivered[rows]
        )
        parts.append(_asked(person, agency, day, early=True))
        asked_by = day_before_release(cases, luck)
        rows = np.flatnonzero((luck < 0.9 * chance) & (asked_by != EMPTY_DAY))
        parts.append(_asked(rows, agency, asked_by[rows], early=True))
        for trigger, often in _triggers(events, agency, asked):
            fresh = (trigger != EMPTY_DAY) & need & (worked(rng, cases.care) < often)
            day = working(trigger.astype(np.int32), later=between(rng, 0, 4, cases.count))
            rows = np.flatnonzero(fresh & (day <= cases.last))
            parts.append(_asked(rows, agency, day[rows], again=True))
    people, agencies, days, again, early = (np.concatenate(each) for each in zip(*parts, strict=True))
    order = np.lexsort((agencies, days, people))
    return people[order], agencies[order], days[order].astype(np.int32), again[order], early[order]


def _asked(
    person: Numbers, agency: int, day: Numbers, *, again: bool = False, early: bool = False
) -> tuple[Numbers, Numbers, Numbers, Numbers, Numbers]:
    count = len(person)
    return person, np.full(count, agency), day, np.full(count, again), np.full(count, early)


def day_before_release(cases: Cases, luck: Numbers) -> Numbers:
    """A day in the months before release, or in prison up to today where that lies ahead; ``EMPTY_DAY`` for
    those who were not in prison."""
    ahead = 10 + (110 * luck).astype(np.int32)
    day = working(np.maximum(cases.started - ahead, cases.sentenced))
    known = cases.after_custody & (day < cases.started) & (day <= cases.as_at) & (cases.arrived == EMPTY_DAY)
    return np.where(known, day, EMPTY_DAY).astype(np.int32)


def _for_report(reports: Reports, luck: Numbers, chance: Numbers) -> Numbers:
    """The reports for which somebody asked: both checks are mandatory where a monitored curfew is proposed,
    and that is mostly kept."""
    wanted = np.maximum(chance[reports.person], np.where(reports.curfew, rate("curfew_checked"), 0.0))
    rows: Numbers = np.flatnonzero(luck[reports.person] < wanted)
    return rows


def _triggers(events: Events, agency: int, asked: float) -> list[tuple[Numbers, float]]:
    """What calls for an enquiry after the start, and how often it is made. Where a duty asks for it, that is
    as often as at the start: the published rates are of enquiries made when needed."""
    released = np.where(events.re_released, events.away_until, EMPTY_DAY)
    found = [(events.arrested, rate("asked_again_at_arrest")), (released, asked)]
    if AGENCIES[agency] == "childrens_services":
        found += [(events.moved_home, asked), (events.child_known, asked)]
    return found
