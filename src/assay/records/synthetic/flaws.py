"""Flaws of single contacts, planted before they are written up: gone, on a wrong day, without an outcome.

What truly happened stays in the truth. That an entry is written late, early or twice is planted where it is
written up (``written.py``), and flags left out where registers are made (``risks.py``).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np

from assay.records.synthetic.cases import Cases
from assay.records.synthetic.columns import EMPTY, Numbers
from assay.records.synthetic.contacting import NOTE, SHIFTS, WITHOUT_OUTCOME, Contacts, stable_order
from assay.records.synthetic.draws import STEPS, stream
from assay.records.synthetic.rates import rate

HAPPENED = ("attended", "first_meeting", "visit", "oversight_good", "oversight_hollow", "meeting")
"""Notes of contacts that took place, and of which the row can be lost."""

MISTYPED = ("attended", "visit")


def planted(contacts: Contacts, cases: Cases, *, as_at: date, seed: int) -> tuple[Contacts, Contacts]:
    """The contacts as they stand in the records, and those whose rows are gone."""
    rng = stream(seed, as_at, "flaws of contacts")
    count = len(contacts.day)
    draw = rng.integers(0, STEPS, count, dtype=np.uint16)
    edges = np.cumsum([rate("flaw_deleted"), rate("flaw_wrong_date"), rate("flaw_missing_outcome")]) * STEPS
    some = np.flatnonzero(draw < edges[-1])
    kind, note = np.searchsorted(edges, draw[some], side="right"), contacts.note[some]
    gone = some[(kind == 0) & np.isin(note, [NOTE[each] for each in HAPPENED])]
    wrong = some[(kind == 1) & np.isin(note, [NOTE[each] for each in MISTYPED])]
    without = some[(kind == 2) & (note == NOTE["attended"])]
    which = 1 + rng.integers(0, len(SHIFTS) - 1, len(wrong))
    early = np.array(SHIFTS)[which]
    fits = contacts.day[wrong] - early > cases.first[contacts.person[wrong]]
    wrong, which, early = wrong[fits], which[fits], early[fits]
    day, outcome, flaw = contacts.day.copy(), contacts.outcome.copy(), contacts.flaw.copy()
    day[wrong] -= early
    flaw[wrong], flaw[without] = which, WITHOUT_OUTCOME
    outcome[without] = EMPTY
    kept = np.ones(count, dtype=bool)
    kept[gone] = False
    flawed = replace(contacts, day=day, outcome=outcome, flaw=flaw)
    return flawed.taken(np.flatnonzero(kept)), contacts.taken(gone)


def in_order(contacts: Contacts, people: Numbers) -> Numbers:
    """The order of the rows by the record they stand under, whose numbers are given, and then the day."""
    return stable_order(people.astype(np.int64) * 2**20 + contacts.day)
