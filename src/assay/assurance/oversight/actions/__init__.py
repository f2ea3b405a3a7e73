"""The only writes of oversight. Each is one transaction with its log entry inside, and refuses whole."""

from assay.assurance.oversight.actions.agreement import (
    agree_dispute,
    agree_rung,
    cite_rung,
    dispute,
)
from assay.assurance.oversight.actions.consultations import note_consultation
from assay.assurance.oversight.actions.conversation import ask, decide, discuss, reply
from assay.assurance.oversight.actions.housekeeping import (
    adopt_window,
    close_matter,
    draw_short_reads,
    finish_short_read,
    withdraw_adoption,
)
from assay.assurance.oversight.actions.nights import attach_night

__all__ = [
    "adopt_window",
    "agree_dispute",
    "agree_rung",
    "ask",
    "attach_night",
    "cite_rung",
    "close_matter",
    "decide",
    "discuss",
    "dispute",
    "draw_short_reads",
    "finish_short_read",
    "note_consultation",
    "reply",
    "withdraw_adoption",
]
