"""What the truth behind a synthetic region can say of each duty. Only calibration and validation ask."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from assay.jobs.truths import assessing, enquiries, managing, seeing, silent
from assay.jobs.truths.types import Truth

TRUTHS: Mapping[str, Truth] = MappingProxyType(
    {
        each.duty: each
        for each in sorted(
            (*enquiries.TRUTHS, *assessing.TRUTHS, *seeing.TRUTHS, *managing.TRUTHS, *silent.TRUTHS),
            key=lambda truth: truth.duty,
        )
    }
)

__all__ = ["TRUTHS", "Truth"]
