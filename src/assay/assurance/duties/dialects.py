"""Saying a question to an engine. Ibis says nearly all of it; what it leaves open is settled here.

The expressions are the same for every engine, and so must be their rows: what engines do differently (the
width of a sum, the type of a day) is cast to one type, and what one of them lacks is not used.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import ibis
import ibis.config

# Engines flatten nested selects themselves; having Ibis do it costs a third of the time to compile.
ibis.options.sql.fuse_selects = False
DROPPED = re.compile(r"\bEXCLUDE \(([^()]*)\)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """The ``name`` is Ibis's. ``types`` are the engine's words for the types of our columns."""

    name: str
    quote: str
    types: Mapping[str, str]

    def columns(self, names: Iterable[str]) -> str:
        """The columns in a row."""
        return ", ".join(f"{self.quote}{name}{self.quote}" for name in names)


_TYPES = {"int64": "BIGINT", "float64": "DOUBLE", "string": "VARCHAR", "boolean": "BOOLEAN", "date": "DATE"}
DUCKDB = Dialect(name="duckdb", quote='"', types=MappingProxyType(_TYPES))
SPARK = Dialect(name="pyspark", quote="`", types=MappingProxyType({**_TYPES, "string": "STRING"}))


def say(expression: Any, dialect: Dialect) -> str:
    """What the expression is in the engine's language. Ibis names the columns it drops in the order of a set,
    which is another one in every process: here they stand sorted."""
    if dialect is SPARK:
        _open_spark()
    said = str(ibis.to_sql(expression, dialect=dialect.name, pretty=False))
    return DROPPED.sub(lambda found: f"EXCLUDE ({', '.join(sorted(found[1].split(', ')))})", said)


def cast(sql: str, schema: Any, dialect: Dialect) -> str:
    """The rows of the question in exactly these types: a day and an interval make an instant in DuckDB."""
    named = ((dialect.columns([name]), dialect.types[str(kind)]) for name, kind in schema.items())
    columns = ", ".join(f"CAST({name} AS {kind}) AS {name}" for name, kind in named)
    return f"SELECT {columns} FROM ({sql})"  # noqa: S608


def ordered(rows: str, *, shown: Sequence[str], order: Sequence[str]) -> str:
    """These columns of the rows, in the order of those, for DuckDB."""
    return f"SELECT {DUCKDB.columns(shown)} FROM {rows} ORDER BY {DUCKDB.columns(order)}"  # noqa: S608


class _Spark(ibis.config.Config):  # type: ignore[misc] # ibis ships no types
    """A number is a number: nothing makes NaN of one."""

    treat_nan_as_null: bool = False


def _open_spark() -> None:
    """Ibis asks for this setting wherever a number is a fraction, and has it only once Spark is connected."""
    if ibis.options.pyspark is None:
        ibis.options.pyspark = _Spark()
