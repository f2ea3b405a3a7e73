"""One person's answers, part by part."""

from __future__ import annotations

from assay.records.sources.external_api.mapping.assessing import map_assessments
from assay.records.sources.external_api.mapping.contacting import map_contacts
from assay.records.sources.external_api.mapping.people import map_addresses, map_limits
from assay.records.sources.external_api.mapping.risks import map_registers, map_risk, map_scores
from assay.records.sources.external_api.mapping.rows import Case
from assay.records.sources.external_api.mapping.supervising import map_holder, map_sentences


def map_case(case: Case) -> None:
    """Every row of a person whose own row stands already."""
    map_limits(case)
    map_addresses(case)
    starts = map_sentences(case)
    map_holder(case, starts=starts)
    map_risk(case, registers=map_registers(case))
    map_scores(case)
    map_assessments(case)
    map_contacts(case)
