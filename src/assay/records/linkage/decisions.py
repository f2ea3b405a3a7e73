"""What people decided: the only thing that says that two records are one person.

One file, to which lines are added and from which none is taken. Each line holds a salted hash of what was
decided and a hash over that and the line before, so that a line changed or taken out shows. Erasing a
person's decision later empties its words and its salt and leaves the hashes: the chain still holds.

A pair is known by the two records' sources and keys, so a decision outlives every run. The last line about a
pair is the one that stands; a person may change their mind, and both lines remain.
"""

from __future__ import annotations

import csv
import fcntl
import io
import json
import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256
from pathlib import Path

from assay.core.errors import Problem, Refused, Unfit
from assay.core.messages import Message, message
from assay.records.linkage.matching import pair_key

FILE = "decisions.csv"
FIRST_LINK = "0" * 64
SHORTEST_REASON = 10


class Verdict(StrEnum):
    """What a person may say of a pair."""

    SAME = "same"
    NOT_SAME = "not_same"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One line. ``decided_at`` is an instant in UTC. ``digest`` is the salted hash of what is said,
    ``chained`` the hash over it and the line before. Of an erased line only the sources, the instant and the
    hashes are left."""

    pair: str
    left: str
    left_id: str
    right: str
    right_id: str
    verdict: str
    decided_at: str
    by: str
    reason: str
    salt: str
    digest: str
    chained: str

    @property
    def erased(self) -> bool:
        return not self.salt


HEADING = tuple(each.name for each in fields(Decision))
SAID = HEADING[: HEADING.index("salt")]
PERSONAL = ("pair", "left_id", "right_id", "verdict", "by", "reason", "salt")


def decide(
    folder: Path,
    verdict: Verdict,
    *,
    left: tuple[str, str],
    right: tuple[str, str],
    by: str,
    reason: str,
    at: datetime,
) -> Decision:
    """Adds a decision on two records, each given as (source, key). ``Refused`` without a name or a reason."""
    if not by.strip():
        raise Refused(message("A decision says who made it."))
    if len(reason.strip()) < SHORTEST_REASON:
        raise Refused(message("A decision says why, in {count} letters or more.", count=SHORTEST_REASON))
    folder.mkdir(parents=True, exist_ok=True)
    with _only_one(folder):
        so_far = read_decisions(folder)
        said = Decision(
            pair=pair_key(*left, *right),
            left=left[0],
            left_id=left[1],
            right=right[0],
            right_id=right[1],
            verdict=verdict.value,
            decided_at=at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            by=by.strip(),
            reason=" ".join(reason.split()),
            salt=secrets.token_hex(16),
            digest="",
            chained="",
        )
        made = replace(said, digest=_digest(said))
        made = replace(made, chained=_chain(so_far[-1].chained if so_far else FIRST_LINK, made.digest))
        _add(folder / FILE, made, first=not so_far)
    return made


def read_decisions(folder: Path) -> tuple[Decision, ...]:
    """Every line, first to last. ``Unfit`` names the row where the file is not what was written."""
    path = folder / FILE
    if not path.exists():
        return ()
    rows = list(csv.reader(io.StringIO(path.read_text("utf-8"), newline="")))
    if not rows or tuple(rows[0]) != HEADING:
        raise Unfit([_problem("heading", message("The heading is not that of a file of decisions."), None)])
    found: list[Decision] = []
    before = FIRST_LINK
    for number, row in enumerate(rows[1:], start=1):
        if len(row) != len(HEADING):
            raise Unfit([_problem("row-length", message("The row is cut short."), number)])
        line = Decision(**dict(zip(HEADING, row, strict=True)))
        _check(line, before, number)
        found.append(line)
        before = line.chained
    return tuple(found)


def standing(decisions: Iterable[Decision]) -> dict[str, Decision]:
    """Of each pair, the decision that stands: the last. Erased lines say nothing of a pair."""
    return {each.pair: each for each in decisions if not each.erased}


def contradictions(decisions: Iterable[Decision]) -> tuple[tuple[Decision, Decision], ...]:
    """Decisions that make one record of a source the same person as two of the other, and so those two one
    person as well. Both may be right, where a source has somebody twice; nobody but a person can say."""
    same = [each for each in standing(decisions).values() if each.verdict == Verdict.SAME]
    seen: dict[tuple[str, str, str], Decision] = {}
    found = []
    for each in same:
        for here, other in (
            ((each.left, each.left_id), each.right),
            ((each.right, each.right_id), each.left),
        ):
            before = seen.setdefault((*here, other), each)
            if before is not each:
                found.append((before, each))
    return tuple(found)


def erase(folder: Path, *, source: str, record_id: str) -> int:
    """Empties every line about a record, whoever it was paired with; how many. The chain still holds."""
    with _only_one(folder):
        lines = read_decisions(folder)
        about = ((source, record_id),)
        kept = [_emptied(each) if _is_about(each, about) else each for each in lines]
        count = sum(one is not other for one, other in zip(lines, kept, strict=True))
        if count:
            text = _lines([list(HEADING), *(_values(each) for each in kept)])
            beside = folder / f".{FILE}.{os.getpid()}"
            beside.write_text(text, "utf-8")
            beside.replace(folder / FILE)
    return count


def about(decisions: Iterable[Decision], *, source: str, record_id: str) -> tuple[Decision, ...]:
    """The lines about one record of one source."""
    return tuple(each for each in decisions if _is_about(each, ((source, record_id),)))


def _is_about(line: Decision, ends: tuple[tuple[str, str], ...]) -> bool:
    return not line.erased and ((line.left, line.left_id) in ends or (line.right, line.right_id) in ends)


def _emptied(line: Decision) -> Decision:
    return replace(line, **dict.fromkeys(PERSONAL, ""))


def _check(line: Decision, before: str, number: int) -> None:
    if not line.erased and line.digest != _digest(line):
        raise Unfit(
            [_problem("changed", message("What the row says was changed after it was written."), number)]
        )
    if line.chained != _chain(before, line.digest):
        raise Unfit([_problem("chain", message("A row before this one was taken out or changed."), number)])
    if not line.erased and line.verdict not in set(Verdict):
        raise Unfit([_problem("verdict", message("The row says neither same, not_same nor unsure."), number)])


def _digest(line: Decision) -> str:
    said = json.dumps([line.salt, *(getattr(line, name) for name in SAID)], ensure_ascii=False)
    return sha256(said.encode()).hexdigest()


def _chain(before: str, digest: str) -> str:
    return sha256(f"{before}{digest}".encode()).hexdigest()


def _add(path: Path, line: Decision, *, first: bool) -> None:
    rows = [list(HEADING)] if first and not path.exists() else []
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(handle, _lines([*rows, _values(line)]).encode())
        os.fsync(handle)
    finally:
        os.close(handle)


def _values(line: Decision) -> list[str]:
    return [getattr(line, name) for name in HEADING]


def _lines(rows: Iterable[list[str]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


@contextmanager
def _only_one(folder: Path) -> Iterator[None]:
    """Two people deciding at once come one after the other."""
    with (folder / ".decisions.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _problem(rule: str, what: Message, row: int | None) -> Problem:
    remedy = message("Bring back the file as it was, from a copy kept apart; nothing was read from this one.")
    return Problem(file=FILE, rule=rule, row=row, message=what, remedy=remedy)
