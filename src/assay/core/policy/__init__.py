"""Practice rules in force on a date: windows, thresholds and code sets, each with source and confidence."""

from assay.core.policy.packs import load
from assay.core.policy.regimes import load_regimes
from assay.core.policy.types import CodeSet, Policy, Regime, Window

__all__ = ["CodeSet", "Policy", "Regime", "Window", "load", "load_regimes"]
