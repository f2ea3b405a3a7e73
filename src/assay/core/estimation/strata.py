"""Which stratum a case of a list lies in: a definition that is data, or the list's own columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import yaml

from assay.core.errors import Refused
from assay.core.messages import message

FIVE = "five-2020"
WHOLE = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stratification:
    """Strata by name, each with the values its fields may have, folded by :func:`folded`."""

    id: str
    name: str
    source: str
    confidence: str
    strata: Mapping[str, Mapping[str, frozenset[str]]]

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields of a list that any stratum asks for, each once."""
        return tuple(dict.fromkeys(name for each in self.strata.values() for name in each))

    def of(self, fields: Mapping[str, str]) -> str | None:
        """The first stratum that fits, or None."""
        said = {name: folded(fields.get(name, "")) for name in self.fields}
        return next(
            (
                stratum
                for stratum, asked in self.strata.items()
                if all(said[name] in values for name, values in asked.items())
            ),
            None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Strata as columns of the list say: one for each combination of their values, ``North / licence``. A
    case with an empty one lies in none. Without a column there is one stratum, ``all``."""

    columns: tuple[str, ...]

    def of(self, fields: Mapping[str, str]) -> str | None:
        """The stratum, or None."""
        said = [" ".join(fields.get(name, "").split()) for name in self.columns]
        return None if "" in said else " / ".join(said) or WHOLE


def folded(value: str) -> str:
    """A value as definitions are compared with it: case, spaces and underscores do not matter."""
    return " ".join(value.casefold().replace("_", " ").split())


@cache
def shipped() -> Mapping[str, Stratification]:
    """The definitions that come with Assay, by id."""
    text = resources.files("assay.core.estimation").joinpath("strata.yaml").read_text("utf-8")
    return {each["id"]: stratification(each) for each in yaml.safe_load(text)}


def stratification(given: Any) -> Stratification:
    """A definition as it is written in ``strata.yaml``; ``Refused`` with a sentence where it is not one.

    Values may be named in ``values`` and used by that name, or be listed where they are used.
    """
    if not isinstance(given, Mapping) or not isinstance(given.get("strata"), Mapping) or not given["strata"]:
        raise Refused(
            message("strata: a definition names its strata, each with the fields and values it takes.")
        )
    values = given.get("values") or {}
    if not isinstance(values, Mapping):
        raise Refused(message("values: lists of values by name are expected."))
    return Stratification(
        id=str(given.get("id", "")),
        name=str(given.get("name", "")),
        source=str(given.get("source", "ours")),
        confidence=str(given.get("confidence", "assumed")),
        strata={str(name): _conditions(str(name), asked, values) for name, asked in given["strata"].items()},
    )


def _conditions(name: str, asked: Any, values: Mapping[str, Any]) -> dict[str, frozenset[str]]:
    if not isinstance(asked, Mapping) or not asked:
        raise Refused(message("strata: {name} names no field.", name=name))
    found = {}
    for field, wanted in asked.items():
        listed = values.get(wanted, wanted) if isinstance(wanted, str) else wanted
        if not isinstance(listed, Sequence) or isinstance(listed, str) or not listed:
            raise Refused(
                message("strata: {name} takes no list of values for {field}.", name=name, field=field)
            )
        found[str(field)] = frozenset(folded(str(each)) for each in listed)
    return found
