"""The duties in the database's language, said once and kept.

What the definitions, the policy and the record standard come to is a list of statements. Saying it takes
many seconds, running it does not need the library that says it, and it changes only when one of those
changes: so it is kept in a file named after a hash of all of them. The definitions stay the source.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

from assay.assurance.duties.inputs import Fact
from assay.core.policy import Policy
from assay.core.policy import types as policy_types
from assay.records import standard
from assay.records.store.layout import canonical, replace_file

SAID_BY = ("ibis-framework", "sqlglot", "duckdb")
DUCKDB, SPARK = "duckdb", "spark"
KEPT = 12
SUFFIX = ".said"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One question, whose rows go ``into`` a table or are what the step ``gives`` the night; ``done`` names
    the tables that no later step reads. ``duty`` is the code of the duty it belongs to, if to one. The night
    keeps the columns ``shown``, its rows in the ``order`` of columns."""

    duty: str
    sql: str
    into: str = ""
    gives: str = ""
    done: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()
    order: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """The statements of a night, in order: the ``tables`` they fill, each with its columns; the ``whole``
    steps, taken once over all cases; the ``steps`` for each range of cases; the record tables of which it
    matters whether the extract ``brought`` any row; and what is known of each duty."""

    tables: Mapping[str, str]
    whole: tuple[Step, ...]
    steps: tuple[Step, ...]
    brought: tuple[str, ...]
    duties: tuple[Fact, ...]

    @property
    def versions(self) -> dict[str, str]:
        """The version of each duty, by its code."""
        return {each.code: str(each.version) for each in self.duties}


_made: dict[str, Script] = {}


def script(policy: Policy, *, on: date, folder: Path | None = None, engine: str = DUCKDB) -> Script:
    """The script for nights as at that day: this process's own, else the one kept in ``folder``, else said
    now and kept there. Without a folder, that of ``ASSAY_COMPILED``; without either nothing is kept."""
    name = key(policy, on=on) + ("" if engine == DUCKDB else f"-{engine}")
    if name not in _made:
        place = folder or _place()
        kept = None if place is None else _read(place / f"{name}{SUFFIX}")
        _made[name] = kept or (_say(policy, on) if engine == DUCKDB else _say_for_spark(policy, on))
        if place is not None and kept is None:
            _keep(_made[name], place, name)
    return _made[name]


def is_kept(policy: Policy, *, on: date, folder: Path) -> bool:
    """Whether the script for nights as at that day need not be said."""
    name = key(policy, on=on)
    return name in _made or (folder / f"{name}{SUFFIX}").is_file()


def key(policy: Policy, *, on: date) -> str:
    """Changes if the definitions, the policy, what of it is in force on the day, the standard or the
    libraries that say it change; never with the records, and not with the day alone."""
    total = sha256()
    for text in (_source(), policy.version, *_rules(policy, on)):
        total.update(f"{text}\0".encode())
    return total.hexdigest()[:32]


def _rules(policy: Policy, on: date) -> list[str]:
    """Every rule there is, and which version of each is taken on the day."""
    told = [repr(sorted(policy.windows.items())), repr(sorted(policy.code_sets.items()))]
    asked: tuple[tuple[str, Callable[..., object]], ...] = (
        *((name, policy.window) for name in sorted(policy.windows)),
        *((name, policy.codes) for name in sorted(policy.code_sets)),
    )
    for name, ask in asked:
        try:
            found = ask(name, on=on)
        except LookupError:
            found = None
        told.append(repr(sorted(found)) if isinstance(found, frozenset) else repr(found))
    return told


@cache
def _source() -> str:
    here = Path(__file__).parent
    said = [each for each in sorted(here.rglob("*.py")) if not _is_twin(each)]
    files = [*said, Path(standard.__file__), Path(policy_types.__file__)]
    total = sha256()
    for file in files:
        total.update(f"{file.name}\0".encode() + file.read_bytes())
    for library in SAID_BY:
        total.update(f"{library} {version(library)}\0".encode())
    return total.hexdigest()


def _is_twin(file: Path) -> bool:
    """Whether the file belongs to the slow twin, which has no part in what is said."""
    return file.parent.name == "twins" or file.name.startswith("reference")


def _place() -> Path | None:
    named = os.environ.get("ASSAY_COMPILED")
    return Path(named) if named else None


def _say(policy: Policy, on: date) -> Script:
    # Only here, since the library behind it takes a second to load.
    from assay.assurance.duties import statements

    return statements.say(policy, on=on)


def _say_for_spark(policy: Policy, on: date) -> Script:
    from assay.assurance.duties import dialects, statements

    return statements.say(policy, on=on, dialect=dialects.SPARK)


def _read(path: Path) -> Script | None:
    """The kept script; None where there is none, or none that is as it was kept."""
    try:
        digest, _, content = path.read_bytes().partition(b"\n")
    except FileNotFoundError:
        return None
    if digest != _digest(content):
        return None
    found = json.loads(content)
    return Script(
        tables=found["tables"],
        whole=_steps(found["whole"]),
        steps=_steps(found["steps"]),
        brought=tuple(found["brought"]),
        duties=tuple(Fact(**{**each, "tables": tuple(each["tables"])}) for each in found["duties"]),
    )


def _steps(found: list[dict[str, Any]]) -> tuple[Step, ...]:
    listed = ("done", "shown", "order")
    return tuple(Step(**{**each, **{name: tuple(each[name]) for name in listed}}) for each in found)


def _keep(made: Script, folder: Path, name: str) -> None:
    """One line that is the hash of the rest, and the script."""
    content = canonical(asdict(made))
    replace_file(folder / f"{name}{SUFFIX}", _digest(content) + b"\n" + content)
    old = sorted(folder.glob(f"*{SUFFIX}"), key=lambda file: file.stat().st_mtime, reverse=True)
    for file in old[KEPT:]:
        file.unlink(missing_ok=True)


def _digest(content: bytes) -> bytes:
    return sha256(content).hexdigest().encode()
