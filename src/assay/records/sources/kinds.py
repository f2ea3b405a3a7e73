"""Text of a CSV brought into the standard's types, saying which values do not fit."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

from assay.records.standard import Kind

Values: TypeAlias = Any  # an Arrow array; its stubs cannot say what its own functions take and return

_DAY = r"\d{4}-\d{2}-\d{2}"
PATTERNS: dict[Kind, str] = {
    "date": rf"^{_DAY}$",
    "instant": rf"^{_DAY}[T ]\d{{2}}:\d{{2}}(:\d{{2}}(\.\d{{1,6}})?)?(Z|[+-]\d{{2}}:\d{{2}})$",
    "integer": r"^-?\d{1,18}$",
    "number": r"^-?\d{1,15}(\.\d{1,15})?$",
    "yes_no": r"^(?i:yes|no|true|false)$",
    "time": r"^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.0+)?)?$",
}
_LENGTHS: dict[Kind, tuple[int, ...]] = {"date": (10,), "instant": (17, 20, 27)}
_READ: dict[Kind, Callable[[str], object]] = {
    "date": date.fromisoformat,
    "instant": datetime.fromisoformat,
}


def typed(values: Values, kind: Kind, to: pa.DataType) -> tuple[Values, Values]:
    """The values in their type, and which of them did not fit (these are null in the first)."""
    if kind == "text":
        return values, pa.repeat(pa.scalar(False), len(values))
    if (plain := _at_once(values, kind, to)) is not None:
        return plain, pa.repeat(pa.scalar(False), len(values))
    matched: Values = pc.match_substring_regex(values, PATTERNS[kind])
    bad: Values = pc.and_(pc.is_valid(values), pc.fill_null(pc.invert(matched), pa.scalar(False)))
    fit = pc.if_else(bad, pa.scalar(None, pa.string()), values)
    try:
        return _cast(fit, kind, to), bad
    except pa.ArrowInvalid:
        bad = pc.or_(bad, pa.array([_is_bad(each, kind) for each in fit.to_pylist()]))
        fit = pc.if_else(bad, pa.scalar(None, pa.string()), values)
        return _cast(fit, kind, to), bad


def _at_once(values: Values, kind: Kind, to: pa.DataType) -> Values | None:
    """Days and instants as nearly every file writes them, all of one length, which Arrow reads without a look
    at the pattern first; None if any is not so. Of these lengths only what fits the pattern is a day or an
    instant."""
    if kind not in _LENGTHS:
        return None
    lengths: Any = pc.binary_length(values)
    lengths = pc.min_max(lengths).as_py()
    if lengths["min"] != lengths["max"] or lengths["min"] not in _LENGTHS[kind]:
        return None
    if kind == "instant" and pc.all(pc.ends_with(values, pattern="Z")).as_py() is False:
        return None
    try:
        return values.cast(to)
    except pa.ArrowInvalid:
        return None


def _cast(values: Values, kind: Kind, to: pa.DataType) -> Values:
    if kind == "yes_no":
        said = pc.is_in(pc.utf8_lower(values), pa.array(["yes", "true"]))
        return pc.if_else(pc.is_valid(values), said, pa.scalar(None, pa.bool_()))
    if kind == "time":
        return _microseconds(values).cast(to)
    return values.cast(to)


def _microseconds(values: Values) -> Values:
    """Since midnight; Arrow casts no text to a time of day."""
    hours, minutes = (pc.utf8_slice_codeunits(values, start, start + 2).cast(pa.int64()) for start in (0, 3))
    written = pc.utf8_slice_codeunits(values, 6, 8)
    seconds = pc.if_else(pc.equal(written, pa.scalar("")), "0", written).cast(pa.int64())
    minutes = pc.add(pc.multiply(hours, 60), minutes)
    return pc.multiply(pc.add(pc.multiply(minutes, 60), seconds), 1_000_000)


def _is_bad(value: str | None, kind: Kind) -> bool:
    if value is None:
        return False
    try:
        _READ[kind](value)
    except ValueError:
        return True
    return False
