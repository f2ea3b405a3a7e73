"""The sampling frame: everything that could be drawn, by its strata."""

from __future__ import annotations

import hashlib
import json
import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from assay.core.errors import Refused
from assay.core.messages import message


@dataclass(frozen=True, slots=True)
class Frame:
    """``ids[i]`` lies in ``stratum[i]``; ``cluster``, ``score`` and ``within`` are parallel where they are
    known.

    ``cluster`` is what cases come together by when rates are estimated (the practitioner, as a rule).
    ``within`` is each case's place below its stratum, from wide to narrow, the practitioner last: cluster,
    unit, practitioner; all places are equally deep. Ids are opaque, unique and kept in the order given; the
    hash does not depend on that order. ``Refused`` where an id stands twice or is empty, columns differ in
    length, or a score is no number.
    """

    ids: tuple[str, ...]
    stratum: tuple[str, ...]
    cluster: tuple[str, ...] | None = None
    score: tuple[float, ...] | None = None
    within: tuple[tuple[str, ...], ...] | None = None

    def __post_init__(self) -> None:
        if len(set(self.ids)) != len(self.ids):
            twice = next(id for id, times in Counter(self.ids).items() if times > 1)
            raise Refused(
                message("{id} stands twice in the frame: give each case an id of its own.", id=twice)
            )
        if "" in self.ids:
            raise Refused(message("A case of the frame has no id."))
        for name in ("stratum", "cluster", "score", "within"):
            each = getattr(self, name)
            if each is not None and len(each) != len(self.ids):
                raise Refused(
                    message(
                        "{name}: {length} values were given for {ids} ids of the frame.",
                        name=name,
                        length=len(each),
                        ids=len(self.ids),
                    )
                )
        if self.score is not None and not all(map(math.isfinite, self.score)):
            raise Refused(message("score: every case of the frame needs a number."))
        if self.within is not None and len(set(map(len, self.within))) > 1:
            raise Refused(message("within: all cases of the frame need as many levels."))

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def sizes(self) -> Mapping[str, int]:
        """How many lie in each stratum, strata in order of name."""
        return dict(sorted(Counter(self.stratum).items()))

    def members(self, stratum: str) -> tuple[str, ...]:
        """The ids of one stratum, in the frame's order."""
        return tuple(id for id, each in zip(self.ids, self.stratum, strict=True) if each == stratum)

    def by_stratum(self) -> Mapping[str, tuple[str, ...]]:
        """The ids of each stratum, strata in order of name, ids in the frame's."""
        found: dict[str, list[str]] = {}
        for id, name in zip(self.ids, self.stratum, strict=True):
            found.setdefault(name, []).append(id)
        return {name: tuple(found[name]) for name in sorted(found)}

    @property
    def hash(self) -> str:
        """SHA-256 over ids, strata and places within, sorted: the same frame has the same hash in any order.

        Clusters and scores are no part of it: they do not change who is drawn.
        """
        if self.within is not None:
            rows = sorted(zip(self.ids, self.stratum, self.within, strict=True))
            return _sha256(json.dumps(rows, separators=(",", ":")))
        # The same text as json.dumps makes, a third sooner: a draw of thousands should not wait for it.
        said = {name: json.dumps(name) for name in set(self.stratum)}
        pairs = sorted(zip(self.ids, self.stratum, strict=True))
        return _sha256("[" + ",".join([f"[{_quoted(id)},{said[name]}]" for id, name in pairs]) + "]")


_quoted = json.encoder.encode_basestring_ascii


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
