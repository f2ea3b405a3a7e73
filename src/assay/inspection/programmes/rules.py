"""The one table of an inspection's states, and the window its cohort began in: pure."""

from __future__ import annotations

from datetime import date, timedelta

from assay.access.accounts.roles import Role
from assay.core.errors import Refused
from assay.core.messages import message
from assay.inspection.programmes.types import State

LEAD, INSPECTOR, PUBLISHER = "lead", "inspector", "publisher"
PARTS = (LEAD, INSPECTOR, PUBLISHER)

# Orders and licences that began 27 to 32 weeks before fieldwork: worked out from three published regional
# inspections of the core programme. The dynamic programme's own window was not found, so it is a setting.
WEEKS_BEFORE = (32, 27)

STATES: tuple[State, ...] = (
    State(
        code="draft",
        name=message("Being set up"),
        means=message("Dates and people can still be changed."),
        owner=Role.LEAD_INSPECTOR,
        hidden=True,
    ),
    State(
        code="announced",
        name=message("Announced"),
        means=message("The region knows. The frame is fixed on the last records before this day."),
        owner=Role.LEAD_INSPECTOR,
        hidden=True,
    ),
    State(
        code="sealed",
        name=message("Sample sealed"),
        means=message("The cases are drawn, once and for good, and can be allocated."),
        owner=Role.LEAD_INSPECTOR,
        hidden=True,
    ),
    State(
        code="reading",
        name=message("Cases being read"),
        means=message("Inspectors read and sign."),
        owner=Role.INSPECTOR,
        hidden=True,
    ),
    State(
        code="signed",
        name=message("All cases signed"),
        means=message("The last case is signed; moderation can be finished."),
        owner=Role.LEAD_INSPECTOR,
        hidden=True,
    ),
    State(
        code="moderated",
        name=message("Moderated"),
        means=message("Answers are final. What the duties say may now be set beside them."),
        owner=Role.LEAD_INSPECTOR,
        hidden=False,
    ),
    State(
        code="reported",
        name=message("Report written"),
        means=message("A second person decides on its release."),
        owner=Role.PUBLISHER,
        hidden=False,
    ),
    State(
        code="published",
        name=message("Published"),
        means=message("Anybody can read the report."),
        owner=None,
        hidden=False,
    ),
)
BY_CODE = {each.code: each for each in STATES}

# From which state each event leads where. Sent back: a report not released is written again.
MOVES: dict[str, tuple[tuple[str, ...], str]] = {
    "announce": (("draft",), "announced"),
    "seal": (("announced",), "sealed"),
    "begin_reading": (("sealed",), "reading"),
    "finish_reading": (("reading",), "signed"),
    "moderate": (("signed",), "moderated"),
    "report": (("moderated",), "reported"),
    "send_back": (("reported",), "moderated"),
    "publish": (("reported",), "published"),
}


def after(state: str, event: str) -> str:
    """The state that ``event`` leads to. ``Refused`` where it cannot happen now."""
    sources, target = MOVES[event]
    if state not in sources:
        raise Refused(
            message(
                "This cannot be done now: the inspection is “{now}”, and it has to be “{needed}”.",
                now=BY_CODE[state].name.id,
                needed=BY_CODE[sources[0]].name.id,
            )
        )
    return target


def start_window(fieldwork_on: date, *, weeks_before: tuple[int, int] = WEEKS_BEFORE) -> tuple[date, date]:
    """First and last day, both included, on which supervision of an eligible case began."""
    earliest, latest = weeks_before
    return fieldwork_on - timedelta(weeks=earliest), fieldwork_on - timedelta(weeks=latest)


def check_dates(announced_on: date, fieldwork_on: date, fieldwork_ends_on: date) -> None:
    """Refuse dates out of order."""
    if not announced_on <= fieldwork_on <= fieldwork_ends_on:
        raise Refused(
            message("Dates must come in order: announcement, first day of fieldwork, last day of fieldwork.")
        )


def check_weeks(weeks_before: tuple[int, int]) -> None:
    """Refuse a window that is empty or lies in the future."""
    earliest, latest = weeks_before
    if not 0 <= latest <= earliest <= 520:
        raise Refused(
            message(
                "The window must begin earlier than it ends, both in weeks before the first day of fieldwork."
            )
        )
