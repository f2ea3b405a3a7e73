"""What the schema refuses, said so that the person who wrote the file can put it right."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Mapping
from typing import Any

from assay.core.standards.checking import nearest
from assay.core.standards.types import Framework

Place = tuple[int | str, ...]
EXPECTED = {
    "string_type": 'a text is expected; put it in quotes, as in "1.10" or "yes"',
    "bool_type": "true or false is expected",
    "bool_parsing": "true or false is expected",
    "int_type": "a whole number is expected",
    "int_parsing": "a whole number is expected",
    "int_from_float": "a whole number is expected",
    "date_type": "a day is expected, as in 2025-10-01",
    "date_parsing": "a day is expected, as in 2025-10-01",
    "date_from_datetime_parsing": "a day is expected, as in 2025-10-01",
    "date_from_datetime_inexact": "a day is expected, as in 2025-10-01",
    "tuple_type": "a list is expected",
    "dataclass_type": "keys with values are expected",
    "too_short": "it is empty, and something must be in it",
}


def says(error: Mapping[str, Any]) -> str:
    """A clause that says what is wrong in one place."""
    kind, given = error["type"], error["input"]
    name = str(error["loc"][-1]) if error["loc"] else ""
    if kind == "unexpected_keyword_argument":
        return f"there is no key {name} here{nearest(name, _keys(error['loc'][:-1]))}"
    if kind in ("missing", "missing_argument"):
        return f"the key {name} is missing"
    if kind == "literal_error":
        return f"{_shown(given)} is not one of {_choices(error)}"
    expected = EXPECTED.get(kind)
    return (
        f"{_shown(given)} stands there; {expected}"
        if expected
        else error["msg"][:1].lower() + error["msg"][1:]
    )


def where(place: Place, whole: Mapping[str, Any]) -> str:
    """The place in words: ``standards, number 4 (P2.1), code``."""
    words, at = [], typing.cast(Any, whole)
    for step in place:
        at = _within(at, step)
        if isinstance(step, int):
            code = at.get("code", at.get("value")) if isinstance(at, Mapping) else None
            words.append(f"number {step + 1}" + (f" ({code})" if code is not None else ""))
        elif not step.startswith(("function-", "constrained-")):
            words.append(step)
    return ", ".join(words)


def _within(at: Any, step: int | str) -> Any:
    try:
        return at[step]
    except (KeyError, IndexError, TypeError):
        return None


def _keys(place: Place) -> tuple[str, ...]:
    """The keys there are at a place of the schema; none where no schema has keys."""
    found: Any = Framework
    for step in place:
        if isinstance(step, int):
            found = _inner(found)
        elif dataclasses.is_dataclass(found):
            found = typing.get_type_hints(found).get(step)
    found = _inner(found) if not dataclasses.is_dataclass(found) else found
    if not dataclasses.is_dataclass(found):
        return ()
    return tuple(each.name for each in dataclasses.fields(found))


def _inner(hint: Any) -> Any:
    """The dataclass inside a tuple or an optional value."""
    if isinstance(hint, types.UnionType) or typing.get_origin(hint) in (tuple, typing.Union):
        return next((each for each in typing.get_args(hint) if each not in (type(None), ...)), None)
    return hint


def _choices(error: Mapping[str, Any]) -> str:
    expected = str(error.get("ctx", {}).get("expected", ""))
    return expected.replace("'", "").replace(" or ", ", ")


def _shown(given: object) -> str:
    if isinstance(given, bool):
        return f"{str(given).lower()} (yes, no, on and off are read so unless they are in quotes)"
    if isinstance(given, Mapping | list | tuple):
        return "a list" if not isinstance(given, Mapping) else "a mapping"
    return "nothing" if given is None else str(given)
