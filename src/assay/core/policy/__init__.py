"""Practice rules in force on a date: windows, thresholds and code sets, each with source and confidence."""

from assay.core.policy.packs import load
from assay.core.policy.types import CodeSet, Policy, Window

__all__ = ["CodeSet", "Policy", "Window", "load"]
