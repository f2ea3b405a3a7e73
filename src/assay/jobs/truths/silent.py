"""The duties of which the truth says nothing: a figure would only say that the record agrees with itself."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from assay.jobs.truths.types import Truth

NO_LIST = "The truth has no list of them."

WHAT: Mapping[str, str] = MappingProxyType(
    {
        "S13": "whether two levels of risk truly disagree",
        "S19": "the steps of recalls",
        "S23": "what oversight asked for, and whether it was done",
        "S24": "what was ready before a release",
        "S25": "contact with victims",
        "S26": "how much anybody truly carried",
        "S27": "the days and hours truly delivered",
        "S28": "needs and the services for them",
    }
)

TRUTHS = tuple(
    Truth(
        duty=duty,
        says=f"Nobody can tell: the truth of an invented region says nothing of {what}.",
        needs=NO_LIST,
    )
    for duty, what in WHAT.items()
)
