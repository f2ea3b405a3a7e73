"""What the journal says for a night: whose records changed, what stands now, and what is known sooner."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from assay.core.dates import london_day
from assay.records.sources.domain_events.envelope import Occurrence
from assay.records.sources.domain_events.journal import events_home, read
from assay.records.sources.domain_events.kinds import DUTIES
from assay.records.sources.times import as_day
from assay.records.store.layout import canonical, read_json, replace_file

# The stream is alive if anything came in the last two days; it brings a kind if it did in the last 35.
ALIVE, BROUGHT = timedelta(days=2), timedelta(days=35)
FED = "fed.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """The people whose records changed, those erased at the source, and the place up to which this is so."""

    people: frozenset[str]
    erased: frozenset[str]
    place: int


def changed(home: Path, *, after: int = 0) -> Changes:
    """Since that place of the journal; nobody twice. Who was erased is not asked for again."""
    people, erased, place = set[str](), set[str](), after
    for each in read(home, after=after):
        place = each.place
        people.update(each.people)
        if each.kind.name == "erased":
            erased.add(each.crn)
    return Changes(people=frozenset(people - erased), erased=frozenset(erased), place=place)


def happened(home: Path, *, kinds: Collection[str] = ()) -> tuple[Occurrence, ...]:
    """Every occurrence of these kinds (of all, if none is named), by when it happened and not when it came:
    the rows for duties that count hours."""
    found = (each for each in read(home) if not kinds or each.kind.name in kinds)
    return tuple(sorted(found, key=lambda each: each.order))


def standing(home: Path, *, kinds: Collection[str] = ()) -> tuple[Occurrence, ...]:
    """The newest occurrence of each subject, without those that ended. One that came late and happened
    before it changes nothing."""
    newest: dict[tuple[str, str, str], Occurrence] = {}
    for each in happened(home, kinds=kinds):
        newest[each.subject] = each
    return tuple(each for each in newest.values() if not each.kind.ends)


def handed(home: Path) -> dict[str, date]:
    """For each person, the day of the newest allocation an event told of."""
    return {each.crn: london_day(each.occurred_at) for each in standing(home, kinds=("allocation",))}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An entry in a register, as events told it. ``closed_on`` is the day it ended, if it did."""

    type: str
    opened_on: date
    closed_on: date | None
    level: str | None
    category: str | None


def registrations(home: Path) -> dict[str, tuple[Told, ...]]:
    """By person, the entries that events told of and the day of each is known: registers that no answer of
    the External API holds are here. An entry that was deleted at the source never was."""
    said: dict[tuple[str, str, str], list[Occurrence]] = {}
    for each in happened(home, kinds=("registration",)):
        if each.subject[2]:
            said.setdefault(each.subject, []).append(each)
    found: dict[str, list[Told]] = {}
    for (_, crn, _), news in said.items():
        entry = _entry(news)
        if entry is not None:
            found.setdefault(crn, []).append(entry)
    return {crn: tuple(entries) for crn, entries in found.items()}


def _entry(news: Sequence[Occurrence]) -> Told | None:
    """One entry from all that was told of it, in order; later facts replace earlier."""
    facts = {name: value for each in news for name, value in each.facts.items()}
    last = news[-1]
    opened_on = _day(facts.get("registrationDate"))
    if opened_on is None and news[0].type.endswith(".added"):
        opened_on = london_day(news[0].occurred_at)
    if opened_on is None or "registerTypeCode" not in facts or last.type.endswith(".deleted"):
        return None
    ended = _day(facts.get("deregistrationDate")) or london_day(last.occurred_at)
    return Told(
        type=facts["registerTypeCode"],
        opened_on=opened_on,
        closed_on=max(ended, opened_on) if last.kind.ends else None,
        level=facts.get("registrationLevelCode"),
        category=facts.get("registrationCategoryCode"),
    )


def _day(said: str | None) -> date | None:
    try:
        return as_day(said) if said else None
    except ValueError:
        return None


def fed_by_events(home: Path, *, at: datetime | None = None) -> frozenset[str]:
    """The kinds of event this installation receives, and the codes of duties all of whose beginnings they
    tell: for these, "after the fact" is lifted. Empty once nothing has come for two days: a stream that
    stopped feeds nothing. As noted when messages were last taken, so that a page may ask."""
    now = at or datetime.now(UTC)
    noted = read_json(events_home(home) / FED) or {}
    return frozenset(name for name, until in noted.items() if now <= datetime.fromisoformat(until))


def note_fed(home: Path) -> None:
    """Notes until when each kind of event, and each duty, counts as fed if nothing more comes. It holds no
    person."""
    last, seen = None, dict[str, datetime]()
    for each in read(home):
        last = max(last or each.received_at, each.received_at)
        seen[each.kind.name] = max(seen.get(each.kind.name, each.received_at), each.received_at)
    until = {name: min(when + BROUGHT, (last or when) + ALIVE) for name, when in seen.items()}
    duties = {
        duty: min(until[kind] for kind in needed)
        for duty, needed in DUTIES.items()
        if until.keys() >= set(needed)
    }
    noted = {name: when.isoformat() for name, when in sorted((until | duties).items())}
    replace_file(events_home(home) / FED, canonical(noted))
