"""Fit or unfit: what is wrong with an extract, by file, row, column and rule, and what to do."""

from assay.core.errors import Problem
from assay.records.checks.providers import check_other_providers
from assay.records.checks.running import Report, examine
from assay.records.sources import Extract

__all__ = ["Report", "check", "check_other_providers", "examine"]


def check(extract: Extract) -> list[Problem]:
    """What keeps the extract from being loaded; empty if it is fit."""
    return list(examine(extract).problems)
