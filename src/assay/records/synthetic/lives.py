"""People's own tables: who they are, where they live, who is in their lives, who may see their record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa

from assay.records.synthetic import names
from assay.records.synthetic.cases import Cases
from assay.records.synthetic.columns import EMPTY, EMPTY_DAY, Coded, Keys, Numbers, table, taken
from assay.records.synthetic.draws import between, chosen, evening, happens, stream
from assay.records.synthetic.events import Events
from assay.records.synthetic.rates import rate
from assay.records.synthetic.staff import Staff
from assay.records.synthetic.units import Units

ROLES = ("child", "partner", "victim", "other")
SOURCES = ("person", "police", "childrens_services", "court", "family", "other")
RELIGIONS = {
    "none": 0.42, "christian": 0.28, "muslim": 0.11, "sikh": 0.02, "hindu": 0.01, "other": 0.03, "buddhist":
    0.01, "not_stated": 0.12,
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """Forenames and surnames as codes, one row a person; second records of somebody follow the others.
    ``merged`` says whose they are, and ``known`` whether the service knows and has merged them."""

    forename: Coded
    surname: Coded
    merged: Numbers
    known: Numbers


@dataclass(frozen=True, slots=True, kw_only=True)
class Homes:
    """Address rows by person; ``current`` is the row of each person's latest address."""

    person: Numbers
    type: Numbers
    council: Coded
    opened: Numbers
    closed: Numbers
    at_start: Numbers
    current: Numbers


def make_names(cases: Cases, *, as_at: date, seed: int, merged: int) -> Names:
    """Invented names; a merged record has the name of the person it became."""
    rng = stream(seed, as_at, "names")
    men = rng.integers(0, len(names.MEN), cases.count)
    women = len(names.MEN) + rng.integers(0, len(names.WOMEN), cases.count)
    forename = np.where(cases.gender.index == 1, women, men)
    surname = chosen(rng, cases.count, dict.fromkeys(names.SURNAMES, 1.0))
    into = rng.choice(cases.count, merged, replace=False)
    return Names(
        forename=Coded(np.concatenate([forename, forename[into]]), names.MEN + names.WOMEN),
        surname=Coded(np.concatenate([surname.index, surname.index[into]]), surname.values),
        merged=into,
        known=~happens(rng, rate("flaw_duplicate_person"), merged),
    )


def person_table(cases: Cases, called: Names, keys: Keys, *, as_at: date, seed: int) -> pa.Table:
    """Every person, then the records that were merged into one of them."""
    rng = stream(seed, as_at, "persons")
    rows = np.concatenate([np.arange(cases.count), called.merged])
    count = len(rows)
    into = np.concatenate([np.full(cases.count, EMPTY), np.where(called.known, called.merged, EMPTY)])
    disability = np.where(rng.random(count) < 0.12, EMPTY, rng.random(count) < 0.38)
    orientation = {
        "heterosexual": 0.74,
        "gay_lesbian": 0.02,
        "bisexual": 0.02,
        "other": 0.01,
        "not_stated": 0.21,
    }
    return table(
        "person",
        {
            "crn": keys.crn(np.arange(count)),
            "forename": called.forename,
            "surname": called.surname,
            "date_of_birth": cases.born[rows],
            "gender": cases.gender.take(rows),
            "ethnicity": cases.ethnicity.take(rows),
            "religion": chosen(rng, count, RELIGIONS),
            "sexual_orientation": chosen(rng, count, orientation),
            "disability": disability,
            "preferred_language": cases.language.take(rows),
            "died_on": cases.died[rows],
            "merged_into": keys.crn(into),
            "recorded_at": evening(rng, cases.sentenced[rows]),
        },
    )


def make_homes(cases: Cases, events: Events, units: Units, *, as_at: date, seed: int) -> Homes:
    """One address from before the start, and another for those who moved."""
    rng = stream(seed, as_at, "homes")
    moved = np.flatnonzero(events.moved_home != EMPTY_DAY)
    councils = [each for group in units.councils for each in group]
    per_pdu = len(units.councils[0])
    person = np.concatenate([np.arange(cases.count), moved])
    opened = np.concatenate([cases.started - between(rng, 0, 900, cases.count), events.moved_home[moved]])
    custody = cases.after_custody & (events.home == 3)
    opened[: cases.count] = np.where(custody, cases.started, opened[: cases.count])
    closed = np.concatenate([events.moved_home, np.full(len(moved), EMPTY_DAY)])
    kind = np.concatenate([events.home, rng.choice([0, 0, 0, 1, 2], len(moved))])
    council = cases.pdu[person] * per_pdu + rng.integers(0, per_pdu, len(person))
    order = np.lexsort((opened, person))
    person = person[order]
    latest = np.zeros(cases.count, dtype=np.int64)
    latest[person] = np.arange(len(person))
    first = np.searchsorted(person, np.arange(cases.count))
    kinds = np.where(kind[order] == 1, EMPTY, council[order])
    return Homes(
        person=person,
        type=kind[order].astype(np.int16),
        council=Coded(kinds.astype(np.int16), tuple(councils)),
        opened=opened[order].astype(np.int32),
        closed=closed[order].astype(np.int32),
        at_start=first,
        current=latest,
    )


def address_table(cases: Cases, homes: Homes, keys: Keys, *, as_at: date, seed: int) -> pa.Table:
    """Every address of every person."""
    rng = stream(seed, as_at, "addresses")
    count = len(homes.person)
    recorded = np.minimum(
        np.maximum(homes.opened, cases.sentenced[homes.person]) + between(rng, 0, 5, count), cases.as_at
    )
    return table(
        "address",
        {
            "address_id": keys.of("AD", np.arange(count)),
            "crn": keys.crn(homes.person),
            "type": Coded(homes.type, ("main", "no_fixed_abode", "temporary", "approved_premises")),
            "local_authority": homes.council,
            "opened_on": homes.opened,
            "closed_on": homes.closed,
            "recorded_at": evening(rng, recorded),
        },
    )


def circle_table(cases: Cases, events: Events, keys: Keys, *, as_at: date, seed: int) -> pa.Table:
    """Children by number, a partner, a victim and others; who told us; at home or not."""
    rng = stream(seed, as_at, "circle")
    kids = np.repeat(np.arange(cases.count), cases.children)
    nth = np.arange(len(kids)) - np.repeat(np.cumsum(cases.children) - cases.children, cases.children)
    partners = np.flatnonzero(cases.partner)
    victims = np.flatnonzero(np.isin(cases.offence.index, (0, 1, 2, 10, 11)) & happens(rng, 0.8, cases.count))
    others = np.flatnonzero(happens(rng, 0.06, cases.count))
    person = np.concatenate([kids, partners, victims, others])
    role = np.repeat(np.arange(4), [len(kids), len(partners), len(victims), len(others)])
    label = np.concatenate([nth, np.full(len(person) - len(kids), 3) + role[len(kids) :] - 1])
    labels = ("child 1", "child 2", "child 3", "partner", "victim", "parent")
    home = np.where(role == 0, cases.child_at_home[person], (role == 1) & happens(rng, 0.35, len(person)))
    later = np.where(role == 0, events.child_known[person], EMPTY_DAY)
    told = cases.started[person] + np.where(role == 0, 0, between(rng, 0, 60, len(person)))
    known = np.minimum(np.where(later == EMPTY_DAY, told, later), cases.last[person])
    ends = (role == 1) & happens(rng, 0.2, len(person))
    ended = known + between(rng, 40, 300, len(person))
    born = np.where(
        (role == 0) & happens(rng, 0.8, len(person)),
        cases.started[person] - between(rng, 100, 5_900, len(person)),
        EMPTY_DAY,
    )
    order = np.lexsort((label, role, person))
    source = chosen(
        rng,
        len(person),
        {"person": 0.6, "police": 0.14, "childrens_services": 0.12, "court": 0.09, "family": 0.05},
    )
    recorded = np.minimum(known + between(rng, 0, 10, len(person)), cases.as_at)
    return table(
        "circle",
        {
            "circle_id": keys.of("CI", np.arange(len(person))),
            "crn": keys.crn(person[order]),
            "role": Coded(role[order].astype(np.int16), ROLES),
            "label": Coded(label[order].astype(np.int16), labels),
            "date_of_birth": born[order].astype(np.int32),
            "household": home[order].astype(np.int8),
            "source": source.take(order),
            "opened_on": known[order].astype(np.int32),
            "closed_on": np.where(ends & (ended <= cases.as_at), ended, EMPTY_DAY)[order].astype(np.int32),
            "recorded_at": evening(rng, recorded[order].astype(np.int32)),
        },
    )


def limitation_table(cases: Cases, staff: Staff, keys: Keys, *, as_at: date, seed: int) -> pa.Table:
    """Excluded users, or the practitioner and manager alone allowed."""
    rng = stream(seed, as_at, "limitations")
    limited = np.flatnonzero(happens(rng, rate("limited_access"), cases.count) & cases.active)
    alone = rng.random(len(limited)) < 0.5
    holder = staff.holder[limited]
    stranger = rng.integers(0, len(staff.grade), len(limited))
    person = np.concatenate([limited, limited[alone]])
    user = np.concatenate([np.where(alone, holder, stranger), staff.manager[holder[alone]]])
    kind = np.concatenate([alone.astype(np.int16), np.ones(int(alone.sum()), dtype=np.int16)])
    order = np.argsort(person, kind="stable")
    person, user, kind = person[order], user[order], kind[order]
    messages = pa.array(
        [
            "You are excluded from viewing this record. Speak to the limited access desk.",
            "This record is restricted. Speak to the limited access desk.",
        ]
    )
    return table(
        "access_limitation",
        {
            "limitation_id": keys.of("LI", np.arange(len(person))),
            "crn": keys.crn(person),
            "username": taken(staff.usernames, user),
            "kind": Coded(kind, ("excluded", "restricted")),
            "opened_on": cases.started[person],
            "message": taken(messages, kind),
            "recorded_at": evening(rng, cases.started[person]),
        },
    )
