"""Work done by the clock: what the nightly command calls once a pair is in force."""

from __future__ import annotations

from pathlib import Path

from assay.assurance.oversight.actions import attach_night as attach
from assay.assurance.oversight.actions.nights import Attendance
from assay.records.store import open_pair, pair_in_force


def attach_night(home: Path) -> Attendance:
    """Attach the night in force at ``home`` to the matters people are working on. May be run again."""
    pair = pair_in_force(home)
    assert pair is not None, "a night is put in force before it is attached"
    with open_pair(pair) as reader:
        return attach(reader)
