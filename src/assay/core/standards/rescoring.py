"""What readings made under one framework would have scored under another: a report, and nothing else.

Nothing is written and no reading changes: each stays with the version it was made under. What has no like
under the other framework stays open, and the report says why.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from assay.core.standards.mappings import Mapped, carried_ratings, carry, check_versions, left_out
from assay.core.standards.scoring import Scored, Stored, Tally, score, tallies
from assay.core.standards.types import Framework


@dataclass(frozen=True, slots=True, kw_only=True)
class Rescored:
    """Both ways of counting the same readings.

    ``made`` and ``scored`` hold each reading under the one and the other framework, in one order; the tallies
    are by code of key question. ``ratings_scored`` are the given ratings of whole standards as they carry
    over. ``left_out`` has the ids of readings with no place under the other framework, ``open`` the key
    questions and standards that nothing is carried to, ``near`` those carried from something that is near and
    not the same; each with its reason.
    """

    mapping: Mapped
    made: tuple[Scored, ...]
    scored: tuple[Scored, ...]
    tallies_made: Mapping[str, Tally]
    tallies_scored: Mapping[str, Tally]
    ratings_made: Mapping[str, str]
    ratings_scored: Mapping[str, str]
    left_out: Mapping[str, str]
    open: Mapping[str, str]
    near: Mapping[str, str]


def rescore(
    made: Framework,
    scored: Framework,
    mapped: Mapped,
    *,
    readings: Iterable[Stored],
    ratings: Mapping[str, str],
) -> Rescored:
    """Count the readings under the framework they were made under, and again as they carry over.

    ``ratings`` are those given to whole standards, by code. ``Refused`` where the mapping is for other
    versions. A reading left out is counted under neither, so that the two stand on the same readings.
    """
    check_versions(mapped, made=made, scored=scored)
    given = tuple(readings)
    without = {each.id: because for each in given if (because := left_out(mapped, each))}
    kept = [each for each in given if each.id not in without]
    as_made = tuple(score(made, each) for each in kept)
    as_scored = tuple(score(scored, carry(mapped, each)) for each in kept)
    return Rescored(
        mapping=mapped,
        made=as_made,
        scored=as_scored,
        tallies_made=_by_code(made, as_made),
        tallies_scored=_by_code(scored, as_scored),
        ratings_made=dict(ratings),
        ratings_scored=carried_ratings(mapped, ratings),
        left_out=without,
        open={
            each.code: each.because
            for pairs in (mapped.answers, mapped.standards)
            for each in pairs.only_scored
        },
        near={
            each.scored: each.because
            for pairs in (mapped.answers, mapped.standards)
            for each in pairs.carried
            if each.near
        },
    )


def _by_code(framework: Framework, scored: Iterable[Scored]) -> dict[str, Tally]:
    return {each.code: each for each in tallies(framework, scored)}
