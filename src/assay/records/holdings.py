"""What the records hold about a person, and which of their words may not simply be handed over."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from assay.records import standard
from assay.records.store import Pair, Snapshot, kept_pairs, latest_snapshot, open_snapshot
from assay.records.store.workloads import kept_workloads

# Kept back from a subject-access export until a person has read and redacted them.
TO_BE_REDACTED = ("do_not_disclose", "third_party", "sensitive")


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """So many rows of one table about a person, in one snapshot."""

    snapshot: str
    table: str
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WordsHeld:
    """Of a person's words in one snapshot: how many may be handed over, how many wait to be redacted."""

    snapshot: str
    ready: int
    to_be_redacted: int


def snapshots_kept(home: Path) -> tuple[Snapshot, ...]:
    """Every snapshot still kept: those of the nights, and the one loaded last. A new load without the person
    does not take them out of the older ones; these go with their nights, after 35."""
    pairs: tuple[Pair, ...] = kept_pairs(home)
    latest = latest_snapshot(home)
    found = [each.snapshot for each in pairs] + ([latest] if latest else [])
    return tuple(dict.fromkeys(found))


def held(home: Path, crn: str) -> tuple[Holding, ...]:
    """Where the person's rows lie, snapshot by snapshot; tables without any are left out."""
    found = []
    for snapshot in snapshots_kept(home):
        with open_snapshot(snapshot) as reader:
            for table in standard.TABLES:
                if table.is_of_case and (rows := len(reader.of_case(table.name, crn))):
                    found.append(Holding(snapshot=snapshot.hash, table=table.name, rows=rows))
    return tuple(found)


def held_in_workloads(home: Path, crn: str) -> tuple[Holding, ...]:
    """Where the kept workload workbooks name the person: sheets of single cases do, counts do not."""
    return tuple(
        Holding(snapshot=kept.name, table=table, rows=rows)
        for kept in kept_workloads(home)
        for table in ("contact", "flagged", "transition")
        if (rows := kept.rows(f"SELECT count(*) AS n FROM {table} WHERE crn = $crn", {"crn": crn})[0]["n"])  # noqa: S608 - ours
    )


def words_held(snapshot: Snapshot, crn: str) -> WordsHeld:
    """How many of the person's words an export may hold at once."""
    with open_snapshot(snapshot) as reader:
        flags = [each["flag"] for each in reader.words(crn)]
    waiting = sum(each in TO_BE_REDACTED for each in flags)
    return WordsHeld(snapshot=snapshot.hash, ready=len(flags) - waiting, to_be_redacted=waiting)
