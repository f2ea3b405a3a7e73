"""What the first page of a night would otherwise wait for."""

from __future__ import annotations

from assay.assurance.oversight.at_hand import TABLES, at_hand
from assay.assurance.oversight.permissions import day_of
from assay.assurance.oversight.queries.windows import duties_by_code, scale_on
from assay.records.cases.naming import names
from assay.records.cases.permissions import limited_crns
from assay.records.store import Reader


def prepare(reader: Reader) -> None:
    """Reads the policy and the duties, names and limits, and makes the tables that pages ask for."""
    duties_by_code()
    scale_on(day_of(reader))
    names(reader)
    limited_crns(reader)
    for name in TABLES:
        at_hand(reader, name)
