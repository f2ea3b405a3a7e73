"""The columns by which people are compared, made from those of a source.

Names are worked out once for each different name, not for each person. Dates are text, so that one digit
that is wrong can be told.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from assay.records.linkage.spellings import plain, root, sound

KEY = "unique_id"
KNOWN_GENDERS = ("F", "M")
SHORTEST_POSTCODE, INWARD = 5, 3


def prepared(people: pa.Table) -> pa.Table:
    """A row for each person, in the order of their key: the same people give the same rows in any order."""
    people = people.sort_by("record_id")
    forename = of_each(people["forename"], _first)
    surname = of_each(people["surname"], plain)
    born: Any = people["date_of_birth"].cast(pa.string())
    postcode = _codes(people["postcode"], shortest=SHORTEST_POSTCODE)
    gender: Any = people["gender"]
    columns: dict[str, Any] = {
        KEY: people["record_id"],
        "forename": forename,
        "forename_root": of_each(forename, root),
        "forename_sound": of_each(forename, lambda name: sound(root(name))),
        "surname": surname,
        "surname_sound": of_each(surname, sound),
        "date_of_birth": born,
        "birth_year": pc.utf8_slice_codeunits(born, 0, 4).cast(pa.int32()),
        "birth_day": pc.utf8_slice_codeunits(born, 5),
        "birth_swapped": of_each(born, _swapped),
        "gender": pc.if_else(pc.is_in(gender, pa.array(KNOWN_GENDERS)), gender, pa.scalar(None, pa.string())),
        "council": of_each(people["council"], _council),
        "postcode": postcode,
        "district": pc.utf8_slice_codeunits(postcode, 0, -INWARD),
        "crn": _codes(people["crn"]),
        "pnc": _codes(people["pnc"]),
    }
    return pa.table(columns)


def of_each(values: Any, make: Callable[[Any], str | None]) -> Any:
    """What ``make`` makes of each value, asked once for each different one; None stays None."""
    coded = values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
    coded = coded.cast(pa.string()).dictionary_encode()
    made = pa.array([make(each) for each in coded.dictionary.to_pylist()], pa.string())
    return made.take(coded.indices)


def _first(name: str) -> str | None:
    """The first forename alone: sources differ in whether they keep the others, and where."""
    whole = plain(name)
    return whole.split(" ", 1)[0] if whole else None


def _council(name: str) -> str | None:
    return " ".join(name.casefold().split()) or None


def _swapped(day: str) -> str:
    year, month, of_month = day.split("-")
    return f"{year}-{of_month}-{month}"


def _codes(values: Any, *, shortest: int = 1) -> Any:
    """Numbers and postcodes in capitals, without spaces and strokes; None where fewer than ``shortest`` are
    left. Most are different ones, so they are worked out as columns."""
    codes = pc.replace_substring_regex(pc.utf8_upper(values), pattern="[^A-Z0-9]", replacement="")
    whole: Any = pc.greater_equal(pc.utf8_length(codes), pa.scalar(shortest))
    return pc.if_else(whole, codes, pa.scalar(None, pa.string()))
