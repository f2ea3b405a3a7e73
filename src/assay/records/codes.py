"""The code lists of the record standard, read once from the files beside this module.

Each list is a CSV with ``code, name, source, confidence``; ``confidence`` is ``verified`` (read in a
published source), ``inferred`` (a reading of one), ``recalled`` (named from practice, source not in hand)
or ``assumed`` (ours). Further columns of a list are kept in ``more``.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType

CONFIDENCES = ("verified", "inferred", "recalled", "assumed")

# Spellings some systems use for a code, brought to the one that stands in the list.
ALIASES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {"register_type": MappingProxyType({"RVRH": "RVHR"})}
)


@dataclass(frozen=True, slots=True)
class Code:
    """One code. ``more`` holds what its list says beyond the four columns every list has."""

    code: str
    name: str
    source: str
    confidence: str
    more: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class CodeList:
    """One list, in the order of its file."""

    name: str
    codes: Mapping[str, Code]

    def __contains__(self, code: object) -> bool:
        return code in self.codes

    def __iter__(self) -> Iterator[Code]:
        return iter(self.codes.values())

    def name_of(self, code: str | None) -> str:
        """The words for a code; the code itself if the list lacks it, empty for none."""
        if code is None:
            return ""
        return self.codes[code].name if code in self.codes else code


@cache
def code_list(name: str) -> CodeList:
    """The list of that name; ``FileNotFoundError`` if there is none. Repeated codes are our own mistake."""
    text = resources.files("assay.records").joinpath("code_lists", f"{name}.csv").read_text("utf-8")
    codes: dict[str, Code] = {}
    for row in csv.DictReader(text.splitlines()):
        first = {key: row.pop(key) for key in ("name", "source", "confidence")}
        code = row.pop("code")
        assert code not in codes, f"{name}: {code} stands twice"
        codes[code] = Code(code, **first, more=MappingProxyType(row))
    return CodeList(name, MappingProxyType(codes))


@dataclass(frozen=True, slots=True)
class Unit:
    """A real probation delivery unit with its region, as published; invented regions do not use these."""

    region_code: str
    region: str
    pdu_code: str
    pdu: str
    source: str
    confidence: str


@cache
def delivery_units() -> tuple[Unit, ...]:
    """The published probation delivery units of England and Wales."""
    text = resources.files("assay.records").joinpath("code_lists", "pdu.csv").read_text("utf-8")
    return tuple(Unit(**row) for row in csv.DictReader(text.splitlines()))
