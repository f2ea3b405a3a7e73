"""What a synthetic region's people look like, with the tolerance the tests hold each share to.

Values from published statistics where there are any, else ours; shares are of people on probation. A
tolerance is an absolute difference in shares and is meant for 5,000 people or more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Marginal:
    """Shares by code, the tolerance for each, and the source."""

    shares: Mapping[str, float]
    tolerance: float
    source: str


GENDER = Marginal(shares={"M": 0.90, "F": 0.098, "N": 0.002}, tolerance=0.015, source="recalled")
ETHNICITY = Marginal(
    shares={"white": 0.78, "black": 0.09, "asian": 0.07, "mixed": 0.04, "other": 0.01, "not_stated": 0.01},
    tolerance=0.02,
    source="recalled",
)
AGE = Marginal(
    shares={"18-25": 0.15, "26-35": 0.33, "36-55": 0.42, "56+": 0.10},
    tolerance=0.02,
    source="bands as HMI Probation uses them; shares ours",
)
ROSH = Marginal(
    shares={"very_high": 0.01, "high": 0.21, "medium": 0.56, "low": 0.22},
    tolerance=0.02,
    source="recalled; high and very high match 22% held by probation officers only (NAO 2025)",
)
SENTENCE = Marginal(
    shares={
        "community_order": 0.29,
        "suspended_sentence": 0.24,
        "licence": 0.37,
        "post_sentence_supervision": 0.05,
        "unpaid_work_only": 0.05,
    },
    tolerance=0.02,
    source="court orders 44%, after release 56% of the caseload in June 2025; split ours",
)
DOMESTIC_ABUSE = Marginal(
    shares={"registered": 0.30},
    tolerance=0.03,
    source="HMI Probation 2023: about 30% current or former perpetrators",
)
MAPPA = Marginal(
    shares={"M1": 0.66, "M2": 0.335, "M3": 0.004, "M4": 0.001}, tolerance=0.06, source="recalled"
)
MAPPA_LEVEL_ONE = Marginal(shares={"M1": 0.985}, tolerance=0.02, source="recalled")
REGISTERS = Marginal(
    shares={
        "0": 0.005,
        "1": 0.02,
        "2": 0.10,
        "3": 0.16,
        "4": 0.21,
        "5": 0.18,
        "6": 0.14,
        "7": 0.10,
        "8": 0.045,
        "9": 0.02,
        "10": 0.01,
    },
    tolerance=0.06,
    source="active registrations per case, published design history of a Ministry of Justice service",
)
REGIONS: Mapping[str, float] = {
    "North East": 14.0,
    "North West": 26.0,
    "Greater Manchester": 16.0,
    "Yorkshire & The Humber": 25.0,
    "East Midlands": 18.0,
    "West Midlands": 26.0,
    "Wales": 15.5,
    "East of England": 20.0,
    "South Central": 12.0,
    "Kent, Surrey & Sussex": 15.0,
    "South West": 17.0,
    "London": 38.0,
}
"""How a service's people fall on its regions. Ours: no source gives a caseload by region."""

ETHNICITY_LONDON: Mapping[str, float] = {
    "white": 0.50, "black": 0.24, "asian": 0.13, "mixed": 0.08, "other": 0.03, "not_stated": 0.02,
}  # fmt: skip
WELSH_IN_WALES = 0.11
LIVE, KNOWN = 244_000, 660_000
"""People under supervision or awaiting release on one day (published: 244,209 on 30 June 2025), and those of
two and a half years (ours: what a steady service brings)."""

POSTS = {"PO": 5_519, "PSO": 5_213, "SPO": 1_480, "listed": 20_000}
"""Officers in post in June 2025, trainees among the PSOs (published, full-time equivalents); SPOs and the
length of the staff list, which keeps those who left, are ours."""

POSTS_TOLERANCE = 0.06
RECALLS_A_QUARTER, RELEASES_A_QUARTER = 11_041, 14_946
"""Licence recalls and sentenced releases, April to June 2025 (published)."""

FLOW_TOLERANCE = 0.25
"""Wider than for shares: a person here is recalled at most once, and sentences have few lengths."""

MAPPA_SHARE = Marginal(
    shares={"MAPP": 0.10},
    tolerance=0.02,
    source="ours: of people under supervision; the 91,040 published for 2023 have those police manage too",
)
CASELOAD = {"PO": 35.0, "PSO": 41.0, "PQiP": 15.0}
CASELOAD_TOLERANCE = 2.5
CONTACTS_PER_PERSON = 95.0
CONTACTS_TOLERANCE = 15.0
OFFENCES: Mapping[str, float] = {
    "violence": 0.30,
    "sexual": 0.075,
    "robbery": 0.04,
    "burglary": 0.08,
    "theft": 0.12,
    "drugs": 0.12,
    "weapons": 0.05,
    "public_order": 0.07,
    "driving": 0.05,
    "fraud": 0.02,
    "harassment": 0.04,
    "breach": 0.025,
    "other": 0.01,
}
