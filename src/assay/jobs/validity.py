"""How often each duty is right, finds what there is to find, and cannot say, against the truth, by kind of
flaw in a person's records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from assay.jobs import judging
from assay.jobs.truths import TRUTHS

if TYPE_CHECKING:
    from assay.jobs.judging import Missing, Verdict
    from assay.records.store import Reader

EVERYBODY, NO_FLAW = "everybody", "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What was counted of one duty among some people. ``people`` are those the duty is about on the day;
    ``missing`` are the true lapses, None where the truth has no list of them."""

    people: int
    unknown: int
    lapses: int
    right: int
    wrong: int
    missing: int | None
    found: int | None

    @property
    def judged(self) -> int:
        return self.right + self.wrong

    @property
    def precision(self) -> float | None:
        """Of the lapses the truth can tell of, how many are right; None of none."""
        return _share(self.right, self.judged)

    @property
    def recall(self) -> float | None:
        """Of the true lapses, for how many a lapse is held; None where there is no list, or none on it."""
        return None if self.found is None else _share(self.found, self.missing)

    @property
    def unknown_share(self) -> float | None:
        """Of the people the duty is about, how many it cannot speak of."""
        return _share(self.unknown, self.people)


@dataclass(frozen=True, slots=True, kw_only=True)
class Validity:
    """``duties`` has a tally for each duty by group of people: everybody, those whose records have no flaw,
    and those with a flaw of each kind; a person with flaws of two kinds is in both. ``groups`` counts them.
    ``told`` are the duties the truth can speak of."""

    on: date
    groups: Mapping[str, int]
    duties: Mapping[str, Mapping[str, Tally]]
    told: frozenset[str]

    @property
    def flaws(self) -> tuple[str, ...]:
        """The groups but everybody: those without a flaw first, then each kind of flaw by name."""
        return tuple(each for each in self.groups if each != EVERYBODY)


def validity(reader: Reader, truth: Mapping[str, pa.Table], *, on: date, types: Sequence[str]) -> Validity:
    """The figures of every duty. ``on`` is the day of the night, and ``types`` are the sentences that count
    as supervision on it."""
    verdicts = judging.verdicts(reader, truth, on=on)
    missing = judging.missing(reader, truth, on=on, types=types)
    exposed = judging.exposed(reader, on=on)
    groups = _groups(truth, judging.flawed(reader, truth, on=on))
    told = judging.telling(truth)
    return Validity(
        on=on,
        groups={name: len(people) for name, people in groups.items()},
        duties={
            duty: {
                name: _tally(people, verdicts[duty], missing[duty], exposed.get(duty, {}))
                for name, people in groups.items()
            }
            for duty in TRUTHS
        },
        told=frozenset(told),
    )


def _groups(truth: Mapping[str, pa.Table], flawed: Mapping[str, set[str]] | None) -> dict[str, set[str]]:
    everybody = {str(each) for each in truth["case"]["crn"].to_pylist()}
    if flawed is None:
        return {EVERYBODY: everybody}
    return {EVERYBODY: everybody, NO_FLAW: everybody.difference(*flawed.values())} | dict(flawed)


def _tally(
    people: set[str],
    verdicts: Sequence[Verdict],
    missing: Sequence[Missing] | None,
    exposed: Mapping[str, bool],
) -> Tally:
    said = [each.right for each in verdicts if each.case_id in people]
    lacking = None if missing is None else [each.found for each in missing if each.case_id in people]
    unknown = [each for case, each in exposed.items() if case in people]
    return Tally(
        people=len(unknown),
        unknown=sum(unknown),
        lapses=len(said),
        right=said.count(True),
        wrong=said.count(False),
        missing=None if lacking is None else len(lacking),
        found=None if lacking is None else sum(lacking),
    )


def as_json(found: Validity) -> dict[str, Any]:
    """Every figure, with what it was counted from and what the truth can say."""
    return {
        "as_at": found.on.isoformat(),
        "groups": dict(found.groups),
        "duties": {
            duty: {
                "told": duty in found.told,
                "right": TRUTHS[duty].says,
                "true_lapses": TRUTHS[duty].needs,
                "figures": {name: _figures(each) for name, each in tallies.items()},
            }
            for duty, tallies in found.duties.items()
        },
    }


def _figures(each: Tally) -> dict[str, Any]:
    return {
        "people": each.people,
        "unknown": each.unknown,
        "unknown_share": each.unknown_share,
        "lapses": each.lapses,
        "judged": each.judged,
        "right": each.right,
        "precision": each.precision,
        "true_lapses": each.missing,
        "found": each.found,
        "recall": each.recall,
    }


def _share(part: int, whole: int | None) -> float | None:
    return round(part / whole, 3) if whole else None
