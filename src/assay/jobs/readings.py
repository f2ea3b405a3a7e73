"""What readers judged of lapses, from a CSV: each row taken or set apart, and the reads of each duty.

Columns: ``lapse_id``, or ``case`` and ``duty`` where the case has one lapse of it; ``judgement`` (right,
wrong, cannot tell); ``reader``. Readers are told apart, and who they are is never written on.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from assay.core.errors import Problem, Unfit
from assay.core.messages import Message, message

if TYPE_CHECKING:
    from assay.records.sources.quarantine import Quarantine
    from assay.records.store import Reader

JUDGEMENTS: Mapping[str, bool | None] = {"right": True, "wrong": False, "cannot tell": None}
NEEDED = ("judgement", "reader")

ON_THE_DAY = """
SELECT DISTINCT lapse_id, duty, case_id FROM n.lapse
WHERE clock = 'date' AND opened_on <= $day AND (closed_on IS NULL OR closed_on > $day)
ORDER BY duty, lapse_id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lapse:
    """A lapse held on the day."""

    lapse_id: str
    duty: str
    case_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What became of the lapses of one duty. A lapse on which readers disagree counts among those of which
    nobody can tell, and apart."""

    lapses: int
    right: int
    wrong: int
    cannot_tell: int
    disagreed: int


@dataclass(slots=True)
class Readings:
    """The judgements of each lapse, by reader."""

    lapses: Sequence[Lapse]
    by_lapse: dict[str, dict[str, bool | None]] = field(default_factory=dict)

    @property
    def readers(self) -> int:
        return len({reader for each in self.by_lapse.values() for reader in each})

    def reads(self) -> dict[str, Read]:
        """The reads of each duty that somebody read a lapse of."""
        found: dict[str, list[set[bool | None]]] = {}
        for each in self.lapses:
            if said := self.by_lapse.get(each.lapse_id):
                found.setdefault(each.duty, []).append(set(said.values()))
        return {
            duty: Read(
                lapses=sum(each.duty == duty for each in self.lapses),
                right=verdicts.count({True}),
                wrong=verdicts.count({False}),
                cannot_tell=sum(each not in ({True}, {False}) for each in verdicts),
                disagreed=sum(len(each) > 1 for each in verdicts),
            )
            for duty, verdicts in found.items()
        }


def held(reader: Reader, *, on: date) -> list[Lapse]:
    """Every lapse held on the day."""
    return [Lapse(**row) for row in reader.rows(ON_THE_DAY, {"day": on})]


def take(file: Path, lapses: Sequence[Lapse], *, on: date, quarantine: Quarantine) -> Readings:
    """The judgements in the file. A row that cannot be used is set apart with its sentence; ``Unfit`` where
    the file is no such table."""
    readings, places = Readings(lapses), _Places(lapses, on=on)
    first: dict[tuple[str, str], int] = {}
    for number, row in enumerate(_rows(file), start=1):
        reader, verdict = row["reader"], " ".join(row["judgement"].lower().replace("_", " ").split())
        lapse, wrong = places.find(row)
        if not reader:
            wrong = ("reader", message("No reader is named. Each judgement is somebody's."))
        elif verdict not in JUDGEMENTS:
            wrong = ("judgement", message("The judgement is none of: right, wrong, cannot tell."))
        elif lapse and (lapse.lapse_id, reader) in first:
            before = first[lapse.lapse_id, reader]
            wrong = ("read-twice", message("The same reader judged this lapse in row {row}.", row=before))
        if wrong is not None or lapse is None:
            assert wrong is not None
            quarantine.refuse(file.name, number, *wrong)
            continue
        quarantine.take()
        first[lapse.lapse_id, reader] = number
        readings.by_lapse.setdefault(lapse.lapse_id, {})[reader] = JUDGEMENTS[verdict]
    return readings


Wrong = tuple[str, Message]


class _Places:
    """The lapses by what a row may name them by."""

    def __init__(self, lapses: Sequence[Lapse], *, on: date) -> None:
        self.on = on
        self.by_id = {each.lapse_id: each for each in lapses}
        self.by_case: dict[tuple[str, str], list[Lapse]] = {}
        for each in lapses:
            self.by_case.setdefault((each.case_id, each.duty), []).append(each)

    def find(self, row: Mapping[str, str]) -> tuple[Lapse | None, Wrong | None]:
        """The lapse a row means, or why none can be found."""
        if row["lapse_id"]:
            return self._named(row)
        case, duty = row["case"], row["duty"]
        if not case or not duty:
            said = message("The row names neither a lapse nor a case with a duty.")
            return None, ("lapse", said)
        found = self.by_case.get((case, duty), [])
        if len(found) == 1:
            return found[0], None
        if not found:
            said = message("The case has no lapse of {duty} on {day}.", duty=duty, day=self.on)
            return None, ("lapse", said)
        said = message(
            "The case has {count} lapses of {duty} on {day}: name the one that was read by its lapse_id.",
            count=len(found),
            duty=duty,
            day=self.on,
        )
        return None, ("which-lapse", said)

    def _named(self, row: Mapping[str, str]) -> tuple[Lapse | None, Wrong | None]:
        lapse = self.by_id.get(row["lapse_id"])
        if lapse is None:
            return None, ("lapse", message("No such lapse is held on {day}.", day=self.on))
        if row["duty"] not in ("", lapse.duty) or row["case"] not in ("", lapse.case_id):
            return None, ("another-lapse", message("The lapse is of another case or another duty."))
        return lapse, None


def _rows(file: Path) -> Iterator[dict[str, str]]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as opened:
            rows = csv.DictReader(opened)
            _check_heading(file, [each.strip() for each in rows.fieldnames or ()])
            for row in rows:
                plain = {name.strip(): (value or "").strip() for name, value in row.items() if name}
                yield {name: plain.get(name, "") for name in ("lapse_id", "case", "duty", *NEEDED)}
    except FileNotFoundError:
        raise _unfit(file, "no-file", message("There is no such file.")) from None
    except (UnicodeDecodeError, csv.Error):
        raise _unfit(file, "not-a-table", message("This is no CSV in UTF-8.")) from None


def _check_heading(file: Path, names: Sequence[str]) -> None:
    lacking = [each for each in NEEDED if each not in names]
    if "lapse_id" not in names and not {"case", "duty"} <= set(names):
        lacking.append("lapse_id")
    if lacking:
        said = message("The heading lacks: {columns}.", columns=", ".join(lacking))
        raise _unfit(file, "heading", said)


def _unfit(file: Path, rule: str, said: Message) -> Unfit:
    remedy = message("Bring a CSV with lapse_id (or case and duty), judgement and reader.")
    return Unfit([Problem(file=file.name, rule=rule, message=said, remedy=remedy)])
