"""What a changed window takes in the database's language, said once and kept: as the night says it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

from assay.assurance.duties.scripts import Step, key
from assay.core.policy import Policy
from assay.records.store.layout import replace_file

FILE, EVENT = "whatif.json", "whatif_event"


class Slow(StrEnum):
    """Why the tables of a night do not say what another window would give, and the duty is run again."""

    ROLLING = "rolling"
    READ = "read"
    SHARED = "shared"
    TWICE = "twice"  # only where days come to be counted in another way
    DOUBT = "doubt"
    SAME_DAY = "same_day"
    NOT_AS_NIGHT = "not_as_night"


@dataclass(frozen=True, slots=True, kw_only=True)
class Statements:
    """The tables these steps fill, each with its columns, and the one the last of them makes."""

    tables: Mapping[str, str]
    steps: tuple[Step, ...]
    last: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """``pauses``: when every clock of a case stands still. ``due``: from them and the table ``EVENT``, the
    last day in time. ``holders``: who held each case when. ``slow``: why a duty has to be run again for a
    window of it."""

    pauses: Statements
    due: Statements
    holders: Statements
    slow: Slow | None


def said(policy: Policy, *, on: date, duty: str, window: str, folder: Path | None) -> Said:
    """What is said under the policy in force on a day: kept in ``folder``, if there is one, until a
    definition or the policy changes, since saying it takes seconds."""
    name = key(policy, on=on)
    kept = _kept(folder, name)
    asked = f"{duty} {window}"
    if "statements" not in kept or asked not in kept["slow"]:
        kept.setdefault("statements", {each: asdict(made) for each, made in _statements(policy, on).items()})
        kept.setdefault("slow", {})[asked] = why_slow(policy, on=on, duty=duty, window=window)
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
            replace_file(folder / FILE, json.dumps({"key": name, **kept}).encode())
    found = kept["slow"][asked]
    read = {each: _read(made) for each, made in kept["statements"].items()}
    return Said(**read, slow=None if found is None else Slow(found))


def _kept(folder: Path | None, name: str) -> dict[str, Any]:
    """What was kept under this key; nothing where there is none, or something else."""
    try:
        told = {} if folder is None else json.loads((folder / FILE).read_bytes())
    except (FileNotFoundError, ValueError):
        return {}
    return told if told.pop("key", None) == name else {}


def _read(made: Mapping[str, Any]) -> Statements:
    listed = ("done", "shown", "order")
    steps = tuple(Step(**{**each, **{name: tuple(each[name]) for name in listed}}) for each in made["steps"])
    return Statements(tables=made["tables"], steps=steps, last=made["last"])


def _statements(policy: Policy, on: date) -> dict[str, Statements]:
    # Only here, since the library behind them takes a second to load.
    import ibis

    from assay.assurance.duties.records import Records
    from assay.assurance.duties.verbs import due_after

    records = Records(policy, on=on, prefix="whatif_")
    pauses = records.pauses
    paused = len(records.steps)
    columns = {"event_id": "int64", "case_id": "int64", "counted_from": "int64"}
    events = ibis.table({**columns, "length": "int64", "working": "boolean"}, name=EVENT)
    due = records.keep(
        due_after(events, records.calendar, records.workdays, pauses).select("event_id", "due")
    )
    held = Records(policy, on=on, prefix="whatif_held_")
    holders = held.holders
    return {
        "pauses": _made(records, slice(paused), pauses),
        "due": _made(records, slice(paused, None), due),
        "holders": _made(held, slice(None), holders),
    }


def _made(records: Any, part: slice, last: Any) -> Statements:
    steps = tuple(records.steps[part])
    tables = {step.into: records.tables[step.into] for step in steps}
    return Statements(tables=tables, steps=steps, last=last.get_name())


def why_slow(policy: Policy, *, on: date, duty: str, window: str) -> Slow | None:
    """Why another length of the window could change more than the last day of each obligation: found out
    from the definition, and in doubt said of one that need not be."""
    from assay.assurance.duties.rules import Rolling

    rule, steps = _definition(policy, on, duty)
    if isinstance(rule, Rolling):
        return Slow.ROLLING
    longer = tuple(replace(each, value=each.value + 1) for each in policy.windows[window])
    _, other = _definition(replace(policy, windows={**policy.windows, window: longer}), on, duty)
    if steps != other or any(_looks_up(step, window, policy) for step in steps):
        return Slow.READ
    if rule.unknown is not None and rule.exempt is not None:
        return Slow.DOUBT
    return _of_one_row(list(_leaves(rule.triggers.op())), window)


def _definition(policy: Policy, on: date, code: str) -> tuple[Any, list[str]]:
    """What the definition says, and the statements of its own parts."""
    from assay.assurance.duties.catalogue import rules
    from assay.assurance.duties.gathering import gather
    from assay.assurance.duties.records import Records

    records = Records(policy, on=on)
    duty, ask = next(each for each in rules() if each[0].code == code)
    rule = ask(records)
    gather(records, [(duty, rule)])
    return rule, [step.sql for step in (*records.everybody.steps, *records.steps)]


def _looks_up(sql: str, window: str, policy: Policy) -> bool:
    """Whether a statement takes the window from the table of windows: unless it names others alone."""
    if "duties_window" not in sql:
        return False
    return f"'{window}'" in sql or not any(f"'{each}'" in sql for each in policy.windows)


def _leaves(op: Any) -> Iterator[Any]:
    """What a union is of."""
    import ibis.expr.operations as ops

    if isinstance(op, ops.Union):
        yield from _leaves(op.left)
        yield from _leaves(op.right)
    else:
        yield op


def _of_one_row(raising: Sequence[Any], window: str) -> Slow | None:
    """Whether one row may raise the duty in two ways: then the earliest of their last days decides, and
    another window would choose again. ``raising`` is what :func:`.rules.raised` gave, one each."""
    if len(raising) == 1:
        return None
    ways = [(_literal(each, "table"), _literal(each, "window")) for each in raising]
    if any(table is None for table, _ in ways):
        return Slow.SHARED
    several = {table for table, count in Counter(table for table, _ in ways).items() if count > 1}
    told = {table: {way for each, way in ways if each == table} for table in several}
    touched = [each for each in told.values() if window in each or None in each]
    if any(len(each) > 1 or None in each for each in touched):
        return Slow.SHARED
    return Slow.TWICE if touched else None


def _literal(op: Any, column: str) -> str | None:
    import ibis.expr.operations as ops

    value = getattr(op, "values", {}).get(column)
    return value.value if isinstance(value, ops.Literal) else None
