"""Risk tiers, versions 2 and 3, as pure functions that explain themselves: one person at a time with each
step's reason, or a whole service from its columns.

    >>> tier_v2(read_v2({"id": "X1", "rsrscore": 7.2})).tier
    'B0'
"""

from assay.core.steps import Step
from assay.core.tiers.checking import Check, check_v2, check_v3
from assay.core.tiers.reading import FIELDS_V2, FIELDS_V3, read_v2, read_v3
from assay.core.tiers.service_v2 import ServiceV2, TiersV2, tiers_v2
from assay.core.tiers.service_v3 import ServiceV3, TiersV3, tiers_v3
from assay.core.tiers.types import CaseV2, CaseV3, TierV2, TierV3
from assay.core.tiers.v2 import tier_v2
from assay.core.tiers.v3 import tier_v3

__all__ = [
    "FIELDS_V2",
    "FIELDS_V3",
    "CaseV2",
    "CaseV3",
    "Check",
    "ServiceV2",
    "ServiceV3",
    "Step",
    "TierV2",
    "TierV3",
    "TiersV2",
    "TiersV3",
    "check_v2",
    "check_v3",
    "read_v2",
    "read_v3",
    "tier_v2",
    "tier_v3",
    "tiers_v2",
    "tiers_v3",
]
