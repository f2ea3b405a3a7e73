"""Fixed codes of the units and people that every synthetic region contains.

The first PDU's second team is always the demonstration's: the demonstration accounts, the tests and the
tutorial name its staff, so a region of any size, seed or day has them under the same codes. They do not
change with ``--real-unit-names``: only the names of units do.
"""

from __future__ import annotations

from typing import Final

REGION_CODE: Final = "Z52"
"""The synthetic provider. No Delius provider code begins with Z."""

PDU_CODE: Final = "Z52P01"
TEAM_CODE: Final = "Z52T0102"
OTHER_PDU_CODE: Final = "Z52P02"
OTHER_TEAM_CODE: Final = "Z52T0201"

SPO_STAFF_CODE: Final = "Z52A001"
SPO_USERNAME: Final = "huw.example"
PRACTITIONER_STAFF_CODE: Final = "Z52A002"
PRACTITIONER_USERNAME: Final = "priya.sample"
OTHER_PRACTITIONER_STAFF_CODE: Final = "Z52A003"
OTHER_PRACTITIONER_USERNAME: Final = "tom.elsewhere"
UNACCREDITED_STAFF_CODE: Final = "Z52A004"
"""A PSO of the demonstration team who is not accredited yet."""

HEAD_USERNAME: Final = "helen.placeholder"
REGION_LEAD_USERNAME: Final = "rhys.region"
LIMITED_ACCESS_USERNAME: Final = "lara.limited"
RECORDS_OFFICER_USERNAME: Final = "rekha.records"

CRN_CHILD_PLAN: Final = "X900001"
"""Child protection plan; children's services named two children; no assessment completed since."""

CRN_NO_POLICE_ENQUIRY: Final = "X900002"
"""High risk of serious harm, a registered perpetrator of domestic abuse, and no police enquiry."""

CRN_NO_HOME_VISIT: Final = "X900003"
"""High risk of serious harm; the first home visit is missing. Risk to staff is registered."""

CRN_NO_OVERSIGHT: Final = "X900004"
"""High risk of serious harm, held by an unaccredited PSO; no management oversight recorded."""

CRN_POLICE_UNANSWERED: Final = "X900005"
"""Police were asked; no answer is recorded."""

CRN_CHILDREN_UNANSWERED: Final = "X900006"
"""Children's services were asked and have not answered; a child is in the household."""

CRN_NOTHING_OPEN: Final = ("X900007", "X900008", "X900009")
"""Work of a good standard: asked, answered, assessed since, visited and overseen."""

CRN_DO_NOT_DISCLOSE: Final = "X900010"
"""A reply carries 'do not disclose: source at risk'."""

CRN_SPO_EXCLUDED: Final = "X900011"
"""Held in the demonstration team; the demonstration SPO is excluded from the record."""

CRN_SPO_ALONE_ALLOWED: Final = "X900012"
"""Held in the demonstration team; only the demonstration SPO and the practitioner are allowed."""

CRN_NO_PERMITTED_MANAGER: Final = "X900013"
"""Restricted to one user who is not a manager: no SPO may see it."""
