"""Which cases a night has to work out again, compared with an older night over older records.

A case is worked out again if

- its records differ, or those of a CRN that was merged with it then or is now;
- time alone may change it: a day has come that lay ahead (:mod:`.passing`);
- it was ever held by a member of staff, or by a team, of whom something else is known now: their own records,
  what the steps taken over all cases say of them, the unit's place;
- it has an obligation raised on a day that the records have come to speak for, or no longer do.

Where something that counts for every case changed, all are worked out again, and it is said why. The older
night says what it was made from in its ``basis``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from assay.assurance.duties import inputs, scripts
from assay.assurance.duties.engine import Running
from assay.assurance.duties.identity import survivor
from assay.core.dates import bank_holidays
from assay.core.messages import Message, message
from assay.records import standard
from assay.records.store import Pair, Reader, Snapshot, case_digests, differing, open_pair, table_digests

MOST, NIGHTS = 0.5, 28
READ = re.compile(r"""["`]r["`]\.["`](\w+)["`]""")
SCRIPT, CALENDAR, BROUGHT, ABSENT, FROM = "script", "calendar", "brought", "absent", "records_from"
WHY = {
    SCRIPT: message("The duties, or the policy in force, are others than those of the last night."),
    CALENDAR: message("The calendar of working days changed."),
    BROUGHT: message("A table came with its first rows, or came empty."),
    ABSENT: message("A duty's evidence came for the first time, or no longer."),
}
NO_NIGHT = message("There is no older night to stand upon.")
EARLIER = message("The last night in force speaks for a later day.")
NO_DIGESTS = message("The records of the last night are without digests of their cases.")
OTHERS = message("The records begin on another day, and one night has none.")
EVERYBODY = message("A step over all cases came to something else.")
NOBODYS = message("Records that belong to nobody in particular changed.")
MANY = message("More than half of all cases would have been worked out again since all were.")
OLD = message("All cases are worked out after {nights} nights at the latest.", nights=NIGHTS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """The ``cases`` to work out again, and those of them that are ``gone``. If ``why`` is set, it is all."""

    cases: pa.Array[Any]
    gone: pa.Array[Any]
    why: Message | None = None


def basis(work: Running) -> dict[str, str]:
    """What the night is made from besides the records of each case."""
    connection = work.connection
    brought = [name for name in work.said.brought if _variable(connection, inputs.brought(name))]
    absent = connection.sql("SELECT code, absent FROM duties_duty WHERE absent IS NOT NULL ORDER BY ALL")
    holidays = sha256(repr(sorted(bank_holidays())).encode()).hexdigest()[:32]
    return {
        SCRIPT: scripts.key(work.policy, on=work.as_at),
        CALENDAR: holidays,
        BROUGHT: " ".join(brought),
        ABSENT: " ".join(f"{code}:{why}" for code, why in absent.fetchall()),
        FROM: str(_variable(connection, inputs.RECORDS_FROM)),
    }


def again(work: Running, snapshot: Snapshot, *, before: Pair | None) -> Again:
    """The cases to work out again over the snapshot, which ``work`` runs over, compared with the pair
    ``before``."""
    found = _found(work, snapshot, before)
    if isinstance(found, Message):
        none = pa.array([], pa.string())
        return Again(cases=none, gone=none, why=found)
    cases = pa.array(sorted(found), pa.string())
    gone = cases.filter(pc.invert(pc.is_in(cases, value_set=work.cases["became"].combine_chunks())))
    return Again(cases=cases, gone=gone)


def _found(work: Running, snapshot: Snapshot, before: Pair | None) -> set[str] | Message:
    if before is None or not before.night.basis:
        return NO_NIGHT
    if (why := _why_all(work, before)) is not None:
        return why
    crns = _differing(before.snapshot, snapshot)
    if crns is None:
        return NO_DIGESTS
    with open_pair(before) as then:
        others = _held_by_others(work, snapshot, before, then)
        if isinstance(others, Message):
            return others
        found = {*_passed(then, work.as_at), *_from_other_day(work, then)}
        found |= set(_survivors([*crns, *others], work.connection))
        found |= set(_survivors(crns, then.connection))
        had = then.rows("SELECT case_id FROM main.redone") if before.night.made_again else []
    known = len(pc.unique(work.cases["became"]))
    if len({*found, *(each["case_id"] for each in had)}) > MOST * known:
        return MANY
    return found


def _why_all(work: Running, before: Pair) -> Message | None:
    now, then = basis(work), before.night.basis
    for name, why in WHY.items():
        if now[name] != then.get(name):
            return why
    if work.as_at < before.night.as_at:
        return EARLIER
    if now[FROM] != then[FROM] and str(inputs.FOREVER) in (now[FROM], then[FROM]):
        return OTHERS
    return OLD if before.night.made_again >= NIGHTS else None


def _variable(connection: Any, name: str) -> int:
    return int(connection.sql(f"SELECT getvariable('{name}')").fetchall()[0][0])


def _differing(old: Snapshot, new: Snapshot) -> list[str] | None:
    if old.hash == new.hash:
        return []
    digests = [case_digests(each) for each in (old, new)]
    if digests[0] is None or digests[1] is None:
        return None
    return [str(each) for each in differing(digests[0], digests[1]).to_pylist()]


def _passed(then: Reader, as_at: date) -> Iterator[str]:
    rows = then.rows("SELECT case_id FROM n.standing WHERE until_on <= ?", (as_at,))
    return (each["case_id"] for each in rows)


def _from_other_day(work: Running, then: Reader) -> Iterator[str]:
    """Cases with an obligation from the days between those that the records spoke for from then and now."""
    days = sorted((int(basis(work)[FROM]), int(then.pair.night.basis[FROM]))) if then.pair else [0, 0]
    if days[0] == days[1]:
        return iter(())
    rows = then.rows(
        "SELECT DISTINCT case_id FROM n.obligation WHERE triggered_on >= ? AND triggered_on < ?",
        [inputs.EPOCH + timedelta(days=each) for each in days],
    )
    return (each["case_id"] for each in rows)


def _survivors(crns: Iterable[str], connection: Any) -> Iterator[str]:
    """The cases that the CRNs belong to, by the merges of these records."""
    rows = connection.sql("SELECT crn, merged_into FROM r.person WHERE merged_into IS NOT NULL").fetchall()
    merges = dict(rows)
    return (survivor(crn, merges) for crn in crns)


def _held_by_others(work: Running, snapshot: Snapshot, before: Pair, then: Reader) -> list[str] | Message:
    """CRNs ever held by staff or teams of whom something else is known."""
    staff = _staff(work, snapshot, before, then)
    if isinstance(staff, Message):
        return staff
    units, old = inputs.units(work.connection), inputs.units(then.connection)
    teams = {name for name in units.keys() | old.keys() if units.get(name) != old.get(name)}
    if not staff and not teams:
        return []
    rows = work.connection.execute(
        "SELECT DISTINCT crn FROM r.allocation "
        "WHERE list_contains($staff, staff_code) OR list_contains($teams, team_code)",
        {"staff": sorted(staff), "teams": sorted(teams)},
    ).fetchall()
    return [crn for (crn,) in rows]


def _staff(work: Running, snapshot: Snapshot, before: Pair, then: Reader) -> set[str] | Message:
    found = _of_all_cases(work, then)
    if isinstance(found, Message):
        return found
    read = {name for step in (*work.said.whole, *work.said.steps) for name in READ.findall(step.sql)}
    for name in sorted(read):
        table = standard.table(name)
        if table.is_of_case:
            continue
        changed = _is_other(before.snapshot, snapshot, name)
        if "staff_code" not in table.names:
            if changed:
                return NOBODYS
            continue
        found |= _of_whom_time(work, table, before.night.as_at)
        if changed:
            found |= _of_whom(work, table, before.snapshot)
    return found


def _of_all_cases(work: Running, then: Reader) -> set[str] | Message:
    """Staff of whom the steps taken over all cases say something else."""
    now = _by_staff(work.together)
    old = _by_staff(then.table("SELECT * FROM n.together"))
    other = {key for key in now.keys() | old.keys() if now.get(key) != old.get(key)}
    staff = {whose for _, whose in other if whose is not None}
    return EVERYBODY if any(whose is None for _, whose in other) else staff


def _by_staff(rows: pa.Table) -> Mapping[tuple[str, str | None], str]:
    return {(each["what"], each["staff_code"]): each["digest"] for each in rows.to_pylist()}


def _is_other(old: Snapshot, new: Snapshot, table: str) -> bool:
    if old.hash == new.hash:
        return False
    digests = [table_digests(each) or {} for each in (old, new)]
    mine = [{key: digest for key, digest in each.items() if key[1] == table} for each in digests]
    return mine[0] != mine[1]


def _of_whom(work: Running, table: standard.Table, old: Snapshot) -> set[str]:
    """Staff with rows of the table that only one of the two snapshots has."""
    columns = ", ".join(f'"{name}"' for name in table.names)
    sides = (f"SELECT {columns} FROM r.{table.name}", f"SELECT {columns} FROM read_parquet($files)")  # noqa: S608
    files = [str(each) for each in sorted((old.path / table.name).glob("*.parquet"))]
    sql = " UNION ".join(
        f"SELECT staff_code FROM ({one} EXCEPT ALL {other})"  # noqa: S608 - names of ours
        for one, other in (sides, sides[::-1])
    )
    return {code for (code,) in work.connection.execute(sql, {"files": files}).fetchall()}


def _of_whom_time(work: Running, table: standard.Table, since: date) -> set[str]:
    """Staff with rows of the table that name a day, or an instant of one, that has come since."""
    days = [
        f"(\"{each.name}\" >= DATE '{since}' AND \"{each.name}\" < DATE '{work.as_at}' + 1)"
        for each in table
        if each.kind in ("date", "instant")
    ]
    if not days or since == work.as_at:
        return set()
    sql = f"SELECT DISTINCT staff_code FROM r.{table.name} WHERE {' OR '.join(days)}"  # noqa: S608
    return {code for (code,) in work.connection.sql(sql).fetchall()}
