"""Twenty simple duties, said once as data: every contender reads these and nothing else.

A duty is raised by each row of ``trigger`` within the two years up to the as-at day, if the case then lay in
a row of ``during``, where that is given. It is met by the case's first row of ``evidence`` on or after the
trigger's day (the day after, where ``after`` is 1), and due ``length`` days, or working days, after the
trigger. It is excused if the trigger lay in a row of ``unless``. Nothing after the as-at day is seen.

This needs the standard library alone: the contenders run where Assay is not installed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

Codes = Mapping[str, tuple[str, ...]]

BACK = 730
PARTS = ("trigger", "evidence", "during", "unless")
COLUMNS = ("duty", "crn", "anchor", "triggered_on", "due_on", "met_on", "state", "reason", "row_id")
"""What every contender hands back, a row for each trigger. ``row_id`` is the row that ``reason`` speaks of:
the first on the day it was ``met`` or ``met_late``, the one that excused it, the last one ``last_before``;
there is none for ``waiting`` and ``none``. Of rows of one day the one with the least key."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of a table on the day of its column ``on``; only those with these codes."""

    table: str
    key: str
    on: str
    codes: Codes


@dataclass(frozen=True, slots=True)
class Spans:
    """Rows of a table from ``opened_on`` up to ``closed_on``, not counted, or open."""

    table: str
    key: str
    codes: Codes


@dataclass(frozen=True, slots=True, kw_only=True)
class Simple:
    """One duty."""

    code: str
    sentence: str
    trigger: Rows
    evidence: Rows
    length: int
    working: bool
    during: Spans | None = None
    unless: Spans | None = None
    after: int = 0


def _contacts(types: str, outcomes: str = "") -> Rows:
    codes = {"type": tuple(types.split())}
    if outcomes:
        codes["outcome"] = tuple(outcomes.split())
    return Rows("contact", "contact_id", "happened_on", codes)


def _registers(types: str) -> Codes:
    return {"type": tuple(types.split())}


SUPERVISED = {"type": ("community_order", "suspended_sentence", "licence", "post_sentence_supervision")}
STARTS = Rows("sentence", "sentence_id", "started_on", SUPERVISED)
RELEASES = Rows("release", "release_id", "released_on", {})
HELD_ANEW = Rows("allocation", "allocation_id", "opened_on", {})
MOVES = Rows("address", "address_id", "opened_on", {"type": ("main", "temporary")})
HIGH = {"level": ("high", "very_high")}
RISEN = Rows("rosh", "rosh_id", "opened_on", HIGH)
CHILD = _registers("RCCO RCHD RCPR")
CHILD_FLAGS = Rows("registration", "registration_id", "opened_on", CHILD)
ABUSE_FLAGS = Rows("registration", "registration_id", "opened_on", _registers("ADVP RVAD AV2S"))
POLICE = {"agency": ("police",), "outcome": ("sent",)}
COUNCIL = {"agency": ("childrens_services",), "outcome": ("sent",)}
POLICE_ASKED = Rows("enquiry", "enquiry_id", "asked_on", POLICE)
COUNCIL_ASKED = Rows("enquiry", "enquiry_id", "asked_on", COUNCIL)
POLICE_ANSWERED = Rows("enquiry", "enquiry_id", "answered_on", POLICE)
COUNCIL_ANSWERED = Rows("enquiry", "enquiry_id", "answered_on", COUNCIL)
ASSESSED = Rows("assessment", "assessment_id", "completed_on", {"type": ("LAYER1", "LAYER3")})
LOOKED_AT = Rows("assessment", "assessment_id", "completed_on", {"type": ("LAYER3", "RISK_REVIEW")})
VISITED = _contacts("CHVS", "ATTC")
VISIT_WEIGHED = _contacts("MO8", "HVAP HVNA HVEX HVDE HVRS")
SEEN = _contacts("COAP COAI CHVS CODC", "ATTC AFTC")
BEGUN = _contacts("COAI COAP", "ATTC AFTC")
OVERSEEN = _contacts("MO1 MO5 CSPO C238", "MOFU MOCO MONF")
FOLLOWED = _contacts("MO1 MO5 CSPO C238", "MOCO")
TO_FOLLOW = _contacts("MO1 MO5 CSPO C238", "MOFU")
ALLOCATED = _contacts("SPOD03")
ABSENT = _contacts("COAP COAI COPT CHVS CODC", "UAAB AFTA")
SPOKEN = _contacts("COAP COAI COPT CHVS CODC CTOA CTOB")
SUSPENDED = Spans("suspension", "suspension_id", {})
AWAY = Spans("absence", "absence_id", {})
AT_HIGH_RISK = Spans("rosh", "rosh_id", HIGH)
AT_RISK = Spans("rosh", "rosh_id", {"level": ("medium", "high", "very_high")})
CHILD_FLAGGED = Spans("registration", "registration_id", CHILD)


def _duty(
    number: int,
    sentence: str,
    trigger: Rows,
    evidence: Rows,
    length: int,
    *,
    working: bool = False,
    during: Spans | None = None,
    unless: Spans | None = AWAY,
    after: int = 0,
) -> Simple:
    return Simple(
        code=f"B{number:02}",
        sentence=sentence,
        trigger=trigger,
        evidence=evidence,
        length=length,
        working=working,
        during=during,
        unless=unless,
        after=after,
    )


DUTIES: tuple[Simple, ...] = (
    _duty(1, "Police asked within 5 working days of the start", STARTS, POLICE_ASKED, 5, working=True),
    _duty(2, "Council asked within 5 working days of the start", STARTS, COUNCIL_ASKED, 5, working=True),
    _duty(
        3, "Council asked within 2 working days of a child flag", CHILD_FLAGS, COUNCIL_ASKED, 2, working=True
    ),
    _duty(
        4, "Police asked within 5 working days of an abuse flag", ABUSE_FLAGS, POLICE_ASKED, 5, working=True
    ),
    _duty(5, "Seen within 5 working days of the start", STARTS, BEGUN, 5, working=True),
    _duty(6, "Assessed within 15 working days of the start", STARTS, ASSESSED, 15, working=True),
    _duty(7, "Assessed within 10 working days of release", RELEASES, ASSESSED, 10, working=True),
    _duty(8, "Looked at again within 10 working days of risk rising", RISEN, LOOKED_AT, 10, working=True),
    _duty(9, "Visited within 6 weeks of the start", STARTS, VISITED, 42, during=AT_RISK, unless=SUSPENDED),
    _duty(10, "Visited within 4 weeks of a child flag", CHILD_FLAGS, VISITED, 28, unless=SUSPENDED),
    _duty(11, "Visited within 2 weeks of a move, at high risk", MOVES, VISITED, 14, during=AT_HIGH_RISK),
    _duty(12, "Visit's risk weighed within 4 weeks of the start", STARTS, VISIT_WEIGHED, 28),
    _duty(13, "Overseen within 10 working days of risk rising", RISEN, OVERSEEN, 10, working=True),
    _duty(
        14, "Allocation overseen within 10 working days", HELD_ANEW, ALLOCATED, 10, working=True, unless=None
    ),
    _duty(15, "Oversight followed up within 20 working days", TO_FOLLOW, FOLLOWED, 20, working=True, after=1),
    _duty(16, "Spoken with within 6 working days of an absence", ABSENT, SPOKEN, 6, working=True, after=1),
    _duty(
        17,
        "Police answer within 10 working days",
        POLICE_ASKED,
        POLICE_ANSWERED,
        10,
        working=True,
        unless=None,
    ),
    _duty(
        18, "Council's answer looked at within 15 working days", COUNCIL_ANSWERED, LOOKED_AT, 15, working=True
    ),
    _duty(19, "Seen within 2 days of release", RELEASES, SEEN, 2),
    _duty(20, "Seen again within 31 days of being seen", SEEN, SEEN, 31, unless=SUSPENDED, after=1),
)


def distinct(part: str, duties: Sequence[Simple] = DUTIES) -> list[Any]:
    """What the duties have as their ``trigger``, ``evidence``, ``during`` or ``unless``, each once."""
    found: list[Any] = []
    for duty in duties:
        each = getattr(duty, part)
        if each is not None and each not in found:
            found.append(each)
    return found


def key_of(table: str) -> str:
    """The column that names a row of a table."""
    return next(str(each.key) for part in PARTS for each in distinct(part) if each.table == table)


def codes_of(table: str, duties: Sequence[Simple] = DUTIES) -> dict[str, tuple[str, ...]]:
    """Of the columns by which every duty that reads the table chooses, all codes any of them takes."""
    parts = [each for part in PARTS for each in distinct(part, duties) if each.table == table]
    columns = set.intersection(*({*each.codes} for each in parts))
    return {
        name: tuple(sorted({code for each in parts for code in each.codes[name]})) for name in sorted(columns)
    }


def first_day(as_at: date) -> date:
    """The first day whose triggers count."""
    return as_at - timedelta(days=BACK)


def tables(duties: Sequence[Simple] = DUTIES) -> dict[str, list[str]]:
    """The tables the duties read, each with the columns, the case's among them."""
    found: dict[str, dict[str, None]] = {}
    for duty in duties:
        for part in filter(None, (getattr(duty, name) for name in PARTS)):
            days = [part.on] if isinstance(part, Rows) else ["opened_on", "closed_on"]
            found.setdefault(part.table, {}).update(dict.fromkeys(["crn", part.key, *days, *part.codes]))
    return {name: list(columns) for name, columns in sorted(found.items())}
