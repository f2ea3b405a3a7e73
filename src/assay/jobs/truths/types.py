"""What the truth behind a synthetic region can say of one duty, in words and in SQL."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """``right`` is true, false or null of one lapse: ``h`` is the lapse (``lapse_id``, ``case_id``,
    ``anchor_id``, ``triggered_on``, ``day``) and ``t`` the person in the truth. ``unmet`` selects ``case_id``
    and ``anchor_id`` of every true lapse on the day, from ``people``, the truth's people with ``day``,
    ``begun`` and ``supervised``; a null anchor means that any lapse of the duty about the person finds it.
    Either may be missing: then ``says`` or ``needs`` is the reason.

    ``tables`` are those of the truth it asks. ``as_recorded`` are tables of the record that stand for what
    happened, because no flaw is ever planted in them; where one is, nobody can tell.
    """

    duty: str
    says: str
    needs: str
    right: str | None = None
    unmet: str | None = None
    tables: tuple[str, ...] = ()
    as_recorded: tuple[str, ...] = ()

    def told_by(self, tables: Collection[str], *, flawed: Collection[str]) -> bool:
        """Whether a truth of these tables, with flaws in those of the record, can say anything."""
        wanted = {*self.tables, "case", *(("flaw",) if self.as_recorded else ())}
        return self.right is not None and wanted <= set(tables) and not set(self.as_recorded) & set(flawed)


def over(window: str) -> str:
    """The last day on which a need may have arisen for the time allowed by the window to be over."""
    return f"(SELECT last_raised FROM allowed WHERE \"window\" = '{window}')"  # noqa: S608


def days(window: str) -> str:
    """How many days the window has."""
    return f"(SELECT days FROM allowed WHERE \"window\" = '{window}')"  # noqa: S608


def seen(who: str, first: str, last: str) -> str:
    """Whether staff met somebody face to face on one of the days, both counted."""
    return (
        f"EXISTS (SELECT 1 FROM truth_seen v WHERE v.crn = {who} "  # noqa: S608
        f"AND v.day BETWEEN {first} AND {last})"
    )


def flawed(who: str, first: str, last: str, *kinds: str) -> str:
    """Whether a row about somebody that truly belongs to one of the days has a flaw of one of the kinds."""
    among = ", ".join(f"'{each}'" for each in kinds)
    return (
        f"EXISTS (SELECT 1 FROM truth_flaw f WHERE f.crn = {who} AND f.flaw IN ({among}) "  # noqa: S608
        f"AND f.day BETWEEN {first} AND {last})"
    )


def flawed_row(row: str, *kinds: str) -> str:
    """Whether the row has a flaw of one of the kinds."""
    among = ", ".join(f"'{each}'" for each in kinds)
    return f"EXISTS (SELECT 1 FROM truth_flaw f WHERE f.row_id = {row} AND f.flaw IN ({among}))"  # noqa: S608
