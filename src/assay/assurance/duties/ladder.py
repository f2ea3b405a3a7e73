"""The ladder for police and children's services: needed, asked, answered, analysed, used.

Analysed and used stay empty: a record can say neither (only that an assessment was completed since, which
is duty S06). People fill those rungs.
"""

from __future__ import annotations

import ibis

from assay.assurance.duties.gathering import SLOTS
from assay.assurance.duties.records import Records
from assay.assurance.duties.types import State
from assay.assurance.duties.verbs import Table, as_day, union

AGENCY_OF = {"S01": "police", "S04": "childrens_services"}


def ladder(records: Records, obligations: Table) -> Table:
    """One row for each enquiry, and one for each need that no enquiry met."""
    of_agency = ibis.cases(
        *[(obligations.key % SLOTS == int(code[1:]), agency) for code, agency in AGENCY_OF.items()]
    )
    needs = obligations.mutate(agency=of_agency)
    needed = records.keep(
        needs.filter(needs.agency.notnull(), needs.state != State.NOT_APPLICABLE.value).select(
            "case_id", "on", "met_row", "agency"
        )
    )
    asked = records.enquiries.filter(records.enquiries.agency.isin(sorted(AGENCY_OF.values())))
    met = needed.filter(needed.met_row.notnull())
    first = met.group_by(met_enquiry=met.met_row, met_agency=met.agency).agg(needed=met.on.min())
    rungs = asked.left_join(first, [asked.row_id == first.met_enquiry, asked.agency == first.met_agency])
    sent = rungs.outcome == "sent"
    taken = rungs.select(
        "case_id",
        "agency",
        "answered",
        "reply",
        enquiry_id=rungs.row_id,
        needed=rungs.needed,
        asked=sent.ifelse(rungs.on, ibis.null("int64")),
    )
    unmet = needed.filter(needed.met_row.isnull())
    unmet = unmet.group_by("case_id", "agency").agg(needed=unmet.on.min())
    missing = unmet.select(
        "case_id",
        "agency",
        answered=ibis.null("int64"),
        reply=ibis.null("string"),
        enquiry_id=ibis.null("string"),
        needed=unmet.needed,
        asked=ibis.null("int64"),
    )
    rows = union(taken.select(*missing.columns), missing)
    rows = rows.join(records.cases, "case_id")
    return rows.select(
        place=rows.case_id,
        case_id=rows.crn,
        agency=rows.agency,
        enquiry_id=rows.enquiry_id,
        needed_on=as_day(rows.needed),
        asked_on=as_day(rows.asked),
        answered_on=as_day(rows.answered),
        reply=rows.reply,
        analysed_on=ibis.null("date"),
        used_on=ibis.null("date"),
    )
