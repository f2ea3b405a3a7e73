"""The rules of practice in force on a date, as frozen values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeVar

Unit = Literal["working_days", "days", "weeks", "level", "count"]
Confidence = Literal["sourced", "recalled", "assumed"]
Reach = Literal["new", "open", "all"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A window of time, or a threshold (``unit`` of ``level`` or ``count``), as one version of it stands.

    ``applies_to`` says how far back a change reaches: to what is triggered from ``in_force_from`` on
    (``new``), also to what was then still open (``open``), or to everything (``all``).
    """

    name: str
    about: str
    value: int
    unit: Unit
    in_force_from: date
    in_force_to: date | None
    applies_to: Reach
    source: str
    confidence: Confidence
    review_on: date

    @property
    def adopted(self) -> bool:
        """Whether it may enter a queue as it stands. An assumed value waits for a region to adopt it."""
        return self.confidence != "assumed"

    @property
    def in_working_days(self) -> bool:
        return self.unit == "working_days"

    @property
    def length(self) -> int:
        """Its length in working days, or in calendar days for days and weeks."""
        assert self.unit not in ("level", "count"), f"{self.name} is a threshold, not a window"
        return self.value * 7 if self.unit == "weeks" else self.value

    def covers(self, on: date) -> bool:
        return self.in_force_from <= on and (self.in_force_to is None or on < self.in_force_to)


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeSet:
    """Codes of one code list that mean one thing to a duty, as one version of it stands."""

    name: str
    about: str
    code_list: str
    codes: tuple[str, ...]
    in_force_from: date
    in_force_to: date | None
    source: str
    confidence: Confidence
    review_on: date

    def covers(self, on: date) -> bool:
        return self.in_force_from <= on and (self.in_force_to is None or on < self.in_force_to)


@dataclass(frozen=True, slots=True, kw_only=True)
class Regime:
    """A change of law or practice with its days. ``changes`` names the rules of which another version begins
    or ends with it; ``bears_on`` those it matters for and leaves as they are."""

    name: str
    title: str
    changed: str
    in_force_from: date
    in_force_to: date | None
    changes: tuple[str, ...]
    bears_on: tuple[str, ...]
    source: str
    confidence: Confidence

    def covers(self, on: date) -> bool:
        return self.in_force_from <= on and (self.in_force_to is None or on < self.in_force_to)


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Every rule, every version of it, oldest first. ``version`` is a hash of all of them."""

    windows: Mapping[str, tuple[Window, ...]]
    code_sets: Mapping[str, tuple[CodeSet, ...]]
    version: str

    def window(self, name: str, *, on: date) -> Window:
        """The window for what is triggered on that day. A later version that applies to all is taken for
        every earlier day too. ``LookupError`` if none is in force or the name is unknown."""
        versions = self.windows.get(name, ())
        reaching = [each for each in versions if each.applies_to == "all" and each.in_force_from > on]
        if reaching:
            return reaching[-1]
        return _in_force(name, versions, on)

    def codes(self, name: str, *, on: date) -> frozenset[str]:
        """The codes of the set in force on that day. ``LookupError`` as for :meth:`window`."""
        return frozenset(_in_force(name, self.code_sets.get(name, ()), on).codes)

    def in_force(self, on: date) -> Iterator[Window | CodeSet]:
        """Everything in force on the day, windows first, by name."""
        for versions in (*_by_name(self.windows), *_by_name(self.code_sets)):
            yield from (each for each in versions if each.covers(on))


Rule = TypeVar("Rule", Window, CodeSet)


def _by_name(
    rules: Mapping[str, tuple[Window, ...]] | Mapping[str, tuple[CodeSet, ...]],
) -> list[tuple[Window, ...] | tuple[CodeSet, ...]]:
    return [rules[name] for name in sorted(rules)]


def _in_force(name: str, versions: tuple[Rule, ...], on: date) -> Rule:
    for each in versions:
        if each.covers(on):
            return each
    raise LookupError(f"no {name} in force on {on}")
