"""Fields of what somebody gives: a row of a CSV, an object of JSON, a mapping made in a notebook.

Each is read as one kind of value, None where it is not there, null or empty. What cannot be read is
``Refused`` with a sentence that names whose it is and the field.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from math import isfinite
from numbers import Integral, Real
from typing import Any

from assay.core.errors import Refused
from assay.core.messages import Message, message

DECIMAL = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
TRUTHS = {
    "true": True,
    "yes": True,
    "y": True,
    "1": True,
    "false": False,
    "no": False,
    "n": False,
    "0": False,
}
LONGEST = 40


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields of one thing. ``of`` says whose they are, ``path`` where within that, as ``cases[2].``."""

    given: Mapping[str, Any]
    of: str
    path: str = ""

    def refuse(self, name: str, said: Message) -> Refused:
        """The refusal that names the field: ``said`` begins with "{of}, {field}:", filled in here."""
        return Refused(Message(said.id, {**said.values, "of": self.of, "field": f"{self.path}{name}"}))

    def value(self, name: str) -> Any:
        """As it was given; None for nothing, an empty text or one of spaces."""
        found = self.given.get(name)
        if isinstance(found, str):
            found = found.strip()
        return None if found == "" else found

    def text(self, name: str) -> str | None:
        """A text, or a whole number as text."""
        found = self.value(name)
        if found is None or isinstance(found, str):
            return found
        if _is_whole(found):
            return str(found)
        raise self.refuse(name, message("{of}, {field}: {value} is not a text.", value=_shown(found)))

    def number(self, name: str, *, highest: int | None = None) -> Decimal | None:
        """A number not below nought. A float is taken as it is written, 6.99 as 6.99."""
        found = self.value(name)
        if found is None:
            return None
        made = _decimal(found)
        if made is None:
            raise self.refuse(name, message("{of}, {field}: {value} is not a number.", value=_shown(found)))
        if made < 0:
            raise self.refuse(name, message("{of}, {field}: {value} is below 0.", value=_shown(found)))
        if highest is not None and made > highest:
            said = message("{of}, {field}: {value} is above {highest}.", value=_shown(found), highest=highest)
            raise self.refuse(name, said)
        return made

    def whole(self, name: str) -> int | None:
        """A whole number not below nought."""
        made = self.number(name)
        if made is None:
            return None
        if made != made.to_integral_value():
            said = message("{of}, {field}: {value} is not a whole number.", value=_shown(self.value(name)))
            raise self.refuse(name, said)
        return int(made)

    def truth(self, name: str) -> bool | None:
        """True or false, yes or no, y or n, 1 or 0, in any case."""
        found = self.value(name)
        if found is None or isinstance(found, bool):
            return found
        made = TRUTHS.get(str(found).lower()) if isinstance(found, str | Integral) else None
        if made is None:
            said = message("{of}, {field}: {value} is neither true nor false.", value=_shown(found))
            raise self.refuse(name, said)
        return made

    def choice(self, name: str, choices: Mapping[str, str | None]) -> str | None:
        """What one of the ``choices`` stands for, read in any case, a space or a hyphen as an underscore.
        What is not there and what stands for None are alike."""
        found = self.text(name)
        if found is None:
            return None
        key = chosen(found)
        if key not in choices:
            raise self.refuse(name, not_one_of(found, choices))
        return choices[key]

    def day(self, name: str) -> date | None:
        """A day as 2026-02-28, or the day of a time as 2026-02-28T09:30:00."""
        found = self.value(name)
        if found is None:
            return None
        if isinstance(found, datetime):
            return found.date()
        if isinstance(found, date):
            return found
        try:
            if isinstance(found, str):
                return datetime.fromisoformat(found).date() if "T" in found else date.fromisoformat(found)
        except ValueError:
            pass
        said = message("{of}, {field}: {value} is not a day as 2026-02-28.", value=_shown(found))
        raise self.refuse(name, said)

    def object(self, name: str) -> Fields | None:
        """An object, or the JSON of one."""
        found = self._json(name)
        if found is None:
            return None
        if not isinstance(found, Mapping):
            raise self.refuse(name, message("{of}, {field}: an object is expected."))
        return Fields(found, self.of, f"{self.path}{name}.")

    def objects(self, name: str) -> list[Fields] | None:
        """A list of objects, or the JSON of one."""
        found = self._json(name)
        if found is None:
            return None
        if not isinstance(found, list | tuple):
            raise self.refuse(name, message("{of}, {field}: a list is expected."))
        made = []
        for number, each in enumerate(found):
            if not isinstance(each, Mapping):
                raise self.refuse(f"{name}[{number}]", message("{of}, {field}: an object is expected."))
            made.append(Fields(each, self.of, f"{self.path}{name}[{number}]."))
        return made

    def needed(self, name: str, found: Any) -> Any:
        """What was found, refused where that is nothing."""
        if found is None:
            raise self.refuse(name, message("{of}, {field}: it is needed, and is not there."))
        return found

    def _json(self, name: str) -> Any:
        found = self.value(name)
        if not isinstance(found, str):
            return found
        try:
            return json.loads(found)
        except ValueError:
            said = message("{of}, {field}: {value} is not JSON.", value=_shown(found))
            raise self.refuse(name, said) from None


def fields(given: Mapping[str, Any], *, number: int = 1) -> Fields:
    """The fields of one input, called by its ``id``. ``Refused`` where it has none; ``number`` then says
    which it is."""
    nameless = Fields(given, f"input {number}")
    return Fields(given, nameless.needed("id", nameless.text("id")))


def passed_over(given: Mapping[str, Any], known: Collection[str]) -> tuple[str, ...]:
    """Fields that nothing reads: too many, or misspelt."""
    return tuple(name for name in given if name not in known)


def not_one_of(found: str, choices: Iterable[str]) -> Message:
    """The words for a text that is none of the choices."""
    return message(
        "{of}, {field}: {value} is not one of {choices}.", value=_shown(found), choices=", ".join(choices)
    )


def chosen(text: str) -> str:
    """As a choice is compared: ``very high`` is ``VERY_HIGH``."""
    return "_".join(re.split(r"[\s_-]+", text.strip())).upper()


def _is_whole(found: object) -> bool:
    return not isinstance(found, bool) and isinstance(found, Integral)


def _decimal(found: object) -> Decimal | None:
    if isinstance(found, str):
        return Decimal(found) if DECIMAL.fullmatch(found) else None
    if isinstance(found, Decimal):
        return found if found.is_finite() else None
    if isinstance(found, bool) or not isinstance(found, Real):
        return None
    if isinstance(found, Integral):
        return Decimal(int(found))
    return Decimal(repr(float(found))) if isfinite(found) else None


def _shown(found: object) -> str:
    text = found if isinstance(found, str) else repr(found)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}..."
