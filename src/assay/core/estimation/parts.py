"""Rates of parts of the frame: a PDU, a sentence type, whatever the judged cases can be told apart by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import ceil

import numpy as np
from numpy.typing import NDArray

from assay.core.errors import Refused
from assay.core.estimation.assembly import BY_STRATA, with_interval, without_spread
from assay.core.estimation.counted import plain_proportion
from assay.core.estimation.judgements import (
    SMALL,
    SMALL_BASE,
    Drawn,
    Floats,
    Judgement,
    Judgements,
    Numbers,
    drawn_hash,
    inputs_hash,
    judgements,
)
from assay.core.estimation.regression import Slope, pooled
from assay.core.estimation.score import Score, check_frozen
from assay.core.estimation.variance import NEGLIGIBLE, Spread, by_strata
from assay.core.figures import Count, Estimate
from assay.core.messages import Message, message

LEAST_IN_PART = 20
MIN_COUNT, MIN_N = 10, 40

POOLED = message("regression on a frozen score, one slope for all parts, Wilson at the effective size").id
TOO_FEW = message("too few cases were judged for a score to help").id
ONE_SIDED = message("too few cases count, or too few do not, for a score to help").id
NO_SLOPE = message("the score does not differ among the judged cases").id
BEYOND = message("with the score the rate would lie beyond 0 or 1, or have no variance").id


@dataclass(frozen=True, slots=True)
class Withheld:
    """A part with too few judged cases for a rate of its own: the count alone, and why."""

    part: str
    of: Count
    reason: Message


@dataclass(frozen=True, slots=True, eq=False)
class _Help:
    """A score as the parts take it: its values for the judged cases, its mean in the frame by part, the
    slope."""

    columns: Floats
    means: dict[str, Floats]
    slope: Slope | None
    parts: int


def domain(
    y: Sequence[Judgement],
    sample: Drawn,
    parts: Sequence[str],
    *,
    score: Score | None = None,
    frame_parts: Sequence[str] | None = None,
    announced_on: date | None = None,
    least: int = LEAST_IN_PART,
    level: float = 0.95,
    unit: str = "case",
) -> dict[str, Estimate | Withheld]:
    """The rate of each part of the frame by name, ``parts`` being parallel to the sample's ids.

    A part with fewer than ``least`` judged cases is withheld. A part that is one stratum has the plain
    interval of its own draw; any other is a ratio, since how many of the frame belong to it is not taken as
    known, with the variance linearised by strata and Student's t at its cases less the strata they lie in.

    With a ``score``, ``frame_parts`` (parallel to the score's ids) and ``announced_on`` are needed. The
    slope is then that of all parts together, each at its own level; what the slope itself may be wrong by is
    in the variance. A part with fewer than 40 judged cases, or fewer than 10 that count or do not, stays
    without, and ``plain`` is what the judged cases alone say.
    """
    made = judgements(y, sample)
    if len(parts) != len(sample.ids):
        raise Refused(_lengths("parts", len(parts), len(sample.ids)))
    names, number = np.unique(np.asarray(parts, dtype=str)[made.kept], return_inverse=True)
    help = _help(made, number.astype(np.int64), sample, score, frame_parts, announced_on)
    which = None if score is None or frame_parts is None else [score.hash, list(frame_parts)]
    hashed = drawn_hash(y, sample, list(parts), level, least, which)
    found: dict[str, Estimate | Withheld] = {}
    for place, name in enumerate(names.tolist()):
        inside = number == place
        count = Count(int(made.y[inside].sum()), int(inside.sum()), unit, name)
        if count.denominator < least:
            said = message("{n} judged cases: a part needs {least}.", n=count.denominator, least=least)
            found[name] = Withheld(name, count, said)
            continue
        stratum = _stratum(name, parts, sample) if made.is_even else None
        best = _plain(made, inside, count, stratum=stratum, level=level)
        if help is not None:
            best = _helped(made, inside, best, help, name)
        small = (SMALL,) if count.denominator < SMALL_BASE and SMALL not in made.warnings else ()
        found[name] = replace(
            best, part=name, warnings=small + made.warnings, inputs_hash=inputs_hash(hashed, name)
        )
    return found


def _help(
    made: Judgements,
    number: Numbers,
    sample: Drawn,
    score: Score | None,
    frame_parts: Sequence[str] | None,
    announced_on: date | None,
) -> _Help | None:
    if score is None:
        return None
    if announced_on is None:
        raise Refused(message("announced_on: a score needs the day of the announcement."))
    if frame_parts is None:
        raise Refused(message("frame_parts: a score needs the part of every case of the frame."))
    if len(frame_parts) != len(score):
        raise Refused(_lengths("frame_parts", len(frame_parts), len(score)))
    check_frozen(score, sample, announced_on=announced_on)
    columns = score.of(sample.ids)[made.kept]
    names, place = np.unique(np.asarray(frame_parts, dtype=str), return_inverse=True)
    means = {name: score.columns[place == at].mean(axis=0) for at, name in enumerate(names.tolist())}
    return _Help(columns, means, pooled(made, columns, number), int(number.max()) + 1)


def _lengths(name: str, length: int, ids: int) -> Message:
    return message("{name}: {length} values were given for {ids} cases.", name=name, length=length, ids=ids)


def _stratum(name: str, parts: Sequence[str], sample: Drawn) -> int | None:
    """How many the frame has of the part, where it is one of the strata; None where it is not."""
    pairs = zip(parts, sample.stratum, strict=True)
    is_stratum = all((part == name) == (stratum == name) for part, stratum in pairs)
    return sample.sizes.get(name) if is_stratum else None


def _plain(
    made: Judgements, inside: NDArray[np.bool_], count: Count, *, stratum: int | None, level: float
) -> Estimate:
    """The part by its judged cases alone; ``stratum`` is its size where it is one."""
    if stratum is not None:
        found = plain_proportion(count, population=stratum, level=level)
        assert found is not None, "a part has judged cases"
        return found
    total = float(made.weight[inside].sum())
    value = float(made.weight[inside] @ made.y[inside]) / total
    variance = by_strata(np.where(inside, made.weight * (made.y - value) / total, 0.0), made)
    df = count.denominator - len(np.unique(made.place[inside]))
    everyone = _everyone(made, count, total)
    if everyone == count.denominator or variance < NEGLIGIBLE or df < 1:
        return without_spread(count, value, population=everyone, level=level)
    found_spread = Spread(variance, float(df))
    return with_interval(
        count, value, found_spread, population=everyone, method=BY_STRATA["wilson"], level=level
    )


def _everyone(made: Judgements, count: Count, total: float) -> int:
    """About how many of the frame belong to the part, rounded up; only where all of the frame was judged may
    that be the number judged."""
    if made.n == made.population:
        return count.denominator
    return max(count.denominator + 1, ceil(round(total, 6)))


def _helped(made: Judgements, inside: NDArray[np.bool_], plain: Estimate, help: _Help, name: str) -> Estimate:
    count, slope = plain.of, help.slope
    if count.denominator < MIN_N:
        return replace(plain, fallback_reason=TOO_FEW, plain=plain)
    if min(count.numerator, count.denominator - count.numerator) < MIN_COUNT:
        return replace(plain, fallback_reason=ONE_SIDED, plain=plain)
    if slope is None or name not in help.means:
        return replace(plain, fallback_reason=NO_SLOPE, plain=plain)
    weight = made.weight[inside]
    distance = help.means[name] - np.average(help.columns[inside], axis=0, weights=weight)
    value = float(np.average(made.y[inside], weights=weight) + distance @ slope.coefficients)
    z = np.where(inside, made.weight * slope.left / weight.sum(), 0.0)
    free = made.n - help.parts
    variance = by_strata(z, made) * free / (free - len(distance))
    variance += float(distance @ slope.covariance @ distance)
    if not 0 < value < 1 or variance < NEGLIGIBLE:
        return replace(plain, fallback_reason=BEYOND, plain=plain)
    df = float(count.denominator - len(np.unique(made.place[inside])))
    total = _everyone(made, count, float(weight.sum()))
    found = with_interval(
        count, value, Spread(variance, df), population=total, method=POOLED, level=plain.level
    )
    return replace(found, rho2=_explained(made, inside, slope), plain=plain)


def _explained(made: Judgements, inside: NDArray[np.bool_], slope: Slope) -> float:
    """The share of the part's spread that the common slope takes away; below 0 where it adds to it."""
    weight, y = made.weight[inside], made.y[inside]
    away = y - np.average(y, weights=weight)
    return 1 - float((weight * slope.left[inside] ** 2).sum() / (weight * away**2).sum())
