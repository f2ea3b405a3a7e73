"""A tier that came with the record stands; ours only says whether it differs from its inputs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from assay.core.errors import Refused
from assay.core.messages import Message, message
from assay.core.tiers.types import TierV2, TierV3
from assay.core.tiers.v3 import MISSING, NOT_SUPERVISED

Verdict = Literal["same", "differs"]
TIER_V2 = re.compile(r"[A-D][0-3]S?")
TIER_V3 = re.compile(rf"[A-G]|{NOT_SUPERVISED}|{MISSING}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """``tier`` is the one that stands: the record's. ``ours`` is what its inputs give."""

    tier: str
    ours: str
    verdict: Verdict
    said: Message


def check_v2(imported: str, ours: TierV2) -> Check:
    """The record's tier beside what its inputs give. ``Refused`` for one that is no tier of version 2."""
    tier = _known(imported, TIER_V2, ours.id)
    return _check(tier, ours.tier)


def check_v3(imported: str, ours: TierV3, *, provisional: bool | None = None) -> Check:
    """The same for version 3; ``provisional`` is what the record says of its tier, None where it says
    nothing. A provisional tier and one that is not differ."""
    tier = _known(imported, TIER_V3, ours.id)
    if provisional is None:
        return _check(tier, ours.tier)
    return _check(_marked(tier, provisional), _marked(ours.tier, ours.provisional))


def _known(imported: str, pattern: re.Pattern[str], id: str) -> str:
    tier = imported.strip().upper()
    if not pattern.fullmatch(tier):
        raise Refused(
            message("{of}, {field}: {value} is not a tier.", of=id, field="tierScore", value=imported)
        )
    return tier


def _marked(tier: str, provisional: bool) -> str:
    return f"{tier} provisional" if provisional else tier


def _check(tier: str, ours: str) -> Check:
    if tier == ours:
        said = message("The record's tier, {tier}, is what its inputs give.", tier=tier)
        return Check(tier=tier, ours=ours, verdict="same", said=said)
    said = message(
        "The record's tier, {tier}, differs from its inputs, which give {ours}. The record's tier stands.",
        tier=tier,
        ours=ours,
    )
    return Check(tier=tier, ours=ours, verdict="differs", said=said)
