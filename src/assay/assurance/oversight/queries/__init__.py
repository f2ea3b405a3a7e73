"""Reads of oversight, each scoped to the person asking; cases barred to them are in none of them."""

from assay.assurance.oversight.queries.case import (
    DutyLine,
    case_position,
    claims,
    duty_lines,
    history,
    ladders,
    open_items,
)
from assay.assurance.oversight.queries.days import pdu_day, today
from assay.assurance.oversight.queries.lists import (
    asks_of,
    disputes,
    open_work,
    own_work,
    people,
    text_rows,
)
from assay.assurance.oversight.queries.supervision import Sheet, supervision_sheet
from assay.assurance.oversight.queries.windows import PolicyValue, policy_values

__all__ = [
    "DutyLine",
    "PolicyValue",
    "Sheet",
    "asks_of",
    "case_position",
    "claims",
    "disputes",
    "duty_lines",
    "history",
    "ladders",
    "open_items",
    "open_work",
    "own_work",
    "pdu_day",
    "people",
    "policy_values",
    "supervision_sheet",
    "text_rows",
    "today",
]
