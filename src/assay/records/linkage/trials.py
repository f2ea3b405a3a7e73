"""Two invented sources of which it is known who is who, with the mistakes that linking has to live with.

A trial is for measuring: how many pairs a weight finds, how many of those it finds are wrong, and which. Each
shared person carries one kind of difference between the two records, and some a second one. Beside them
stand people who are easily taken for somebody else: twins at one address, siblings a year apart, a parent and
child of one name, and two people who share a common name.

Same counts and seed, same rows. Nobody here exists.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

from assay.records.linkage.people import Source, in_columns
from assay.records.linkage.trial_mistakes import LOOKALIKE, LOOKALIKES, differing
from assay.records.linkage.trial_people import Names, invented_people

FIRST, SECOND, AS_AT = "Invented register", "Invented police file", date(2026, 2, 26)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """Two sources in the columns of :mod:`.people`, and who is who: ``truth`` has ``left_id``, ``right_id``
    and ``kind``; ``lookalikes`` has the same of pairs that are not one person."""

    left: pa.Table
    right: pa.Table
    truth: pa.Table
    lookalikes: pa.Table

    def sources(self, *, without: Collection[str] = ("postcode", "pnc")) -> tuple[Source, Source]:
        """Both as sources; without postcodes and police numbers they hold what the record standard holds."""
        first, second = (
            Source(name=name, as_at=AS_AT, synthetic=True, people=in_columns(table.drop(list(without))))
            for name, table in ((FIRST, self.left), (SECOND, self.right))
        )
        return first, second


def invent(*, left: int, right: int, shared: int, seed: int) -> Trial:
    """A trial with so many records on each side, ``shared`` of them of the same people."""
    rng = np.random.default_rng([seed, left, right, shared])
    copies = {kind: round(left * share) for kind, share in LOOKALIKES.items()}
    alone = right - shared - sum(copies.values())
    assert alone >= 0, "the second source has no room for so many"
    assert shared <= left, "nor has the first"
    everyone = invented_people(rng, left + alone)
    firsts = {name: column[:left] for name, column in everyone.items()}
    seconds = [differing(rng, {name: column[:shared] for name, column in everyone.items()})]
    kinds = seconds[0].pop("kind")
    seconds.append({name: column[left:] for name, column in everyone.items()})
    alike = {kind: rng.choice(left, count, replace=False) for kind, count in copies.items()}
    seconds += [
        LOOKALIKE[kind](rng, {name: column[of] for name, column in firsts.items()})
        for kind, of in alike.items()
    ]
    second = {name: np.concatenate([each[name] for each in seconds]) for name in firsts}
    places = rng.permutation(right)
    at = np.argsort(places)
    left_ids, right_ids = _ids("L", left), _ids("R", right)
    offsets = np.cumsum([shared + alone, *copies.values()])
    return Trial(
        left=_table(left_ids, firsts),
        right=_table(right_ids, {name: column[places] for name, column in second.items()}),
        truth=_pairs(left_ids[:shared], right_ids[at[:shared]], kinds),
        lookalikes=pa.concat_tables(
            _pairs(left_ids[of], right_ids[at[start : start + len(of)]], np.full(len(of), kind))
            for (kind, of), start in zip(alike.items(), offsets, strict=False)
        ),
    )


def _ids(letter: str, count: int) -> Names:
    return np.array([f"{letter}{number:07}" for number in range(1, count + 1)], dtype=object)


def _pairs(left: Names, right: Names, kinds: Names) -> pa.Table:
    return pa.table({"left_id": left, "right_id": right, "kind": kinds.astype(object)})


def _table(ids: Names, people: Mapping[str, Names]) -> pa.Table:
    columns: dict[str, Any] = {"record_id": pa.array(ids, pa.string())}
    for name in ("forename", "surname"):
        columns[name] = pa.array(people[name], pa.string())
    columns["date_of_birth"] = pa.array(people["born"].astype("datetime64[D]"), pa.date32())
    for name in ("gender", "council", "postcode", "pnc"):
        columns[name] = pa.array(people[name], pa.string())
    return pa.table(columns)
