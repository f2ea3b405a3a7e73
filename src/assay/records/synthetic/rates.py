"""The rates a synthetic region is made with, read from ``rates.yaml``."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources

import yaml


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """One rate between 0 and 1, where it comes from, and how sure we are of it."""

    name: str
    value: float
    source: str
    confidence: str


@cache
def rates() -> dict[str, Rate]:
    """Every rate by name."""
    text = resources.files("assay.records.synthetic").joinpath("rates.yaml").read_text("utf-8")
    return {row["name"]: Rate(**row) for row in yaml.safe_load(text)}


def rate(name: str) -> float:
    """The value of a rate; ``KeyError`` if the file has none of that name."""
    return rates()[name].value
