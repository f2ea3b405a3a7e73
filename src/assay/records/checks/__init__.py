"""Fit or unfit: what is wrong with an extract, by file, row, column and rule, and what to do."""

from assay.core.errors import Problem
from assay.records.checks.providers import check_not_fewer, check_other_providers
from assay.records.checks.running import Report, ask_about, ask_every_rule, examine
from assay.records.checks.watching import Stopped, Watch
from assay.records.sources import Extract

__all__ = [
    "Report",
    "Stopped",
    "Watch",
    "ask_about",
    "ask_every_rule",
    "check",
    "check_not_fewer",
    "check_other_providers",
    "examine",
]


def check(extract: Extract) -> list[Problem]:
    """What keeps the extract from being loaded; empty if it is fit."""
    return list(examine(extract).problems)
