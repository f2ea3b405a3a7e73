"""A replay as plain data, for the command and for the page's file: the same numbers in the same words."""

from __future__ import annotations

from functools import cache
from typing import Any

from assay.inspection.findings.types import Basis
from assay.inspection.outcomes.replaying import Compared, PublishedRecommendation, Replay, replay
from assay.inspection.reports.types import LICENCE

INVENTED = "Synthetic: the readings are invented. Only what stands under published was published."


@cache
def shipped_replay(name: str) -> Replay:
    """The shipped readings, counted once: they are part of the programme. ``KeyError`` for no such replay."""
    return replay(name)


def compared_data(made: Replay) -> list[dict[str, Any]]:
    """One object a finding that a source speaks of, with what was counted and what was published."""
    return [
        {
            "id": each.finding.id,
            "sentence": each.finding.sentence.format(**each.finding.values),
            "numerator": each.finding.count.numerator,
            "denominator": each.finding.count.denominator,
            "unit": each.finding.count.unit,
            "population": each.finding.count.population,
            "interval": _interval(each),
            "basis": each.published.basis.value,
            "published": {
                "said": each.published.said,
                "numerator": each.published.numerator,
                "denominator": each.published.denominator,
                "source": each.published.source,
                "agrees": each.agrees,
            },
            "readings": "synthetic",
        }
        for each in made.compared
    ]


def replay_data(made: Replay) -> dict[str, Any]:
    """Everything the page of a replay says. What no source has is named so, never left to be guessed."""
    facts = made.facts
    return {
        "synthetic": INVENTED,
        "id": facts.id,
        "title": facts.title,
        "region": facts.region,
        "published_on": facts.published_on,
        "readings": {"number": len(made.readings), "units": made.units, "are": facts.readings_are},
        "findings": compared_data(made),
        "not_in_our_source": [
            {"id": each.finding, "said": each.said, "because": each.because, "source": each.source}
            for each in facts.not_in_source
        ],
        "recommendations": [
            _recommendation(number, each) for number, each in enumerate(facts.recommendations, start=1)
        ],
        "sources": dict(facts.sources),
        "licence": LICENCE,
    }


def _recommendation(number: int, each: PublishedRecommendation) -> dict[str, Any]:
    missing = Basis.NOT_IN_SOURCE.value
    return {
        "number": number,
        "addressee": each.addressee,
        "addressee_basis": each.addressee_basis.value,
        "theme": each.theme or missing,
        "text": each.text or missing,
    }


def _interval(each: Compared) -> dict[str, Any] | None:
    made = each.finding.estimate
    if made is None:
        return None
    return {
        "lower": round(made.lower, 4),
        "upper": round(made.upper, 4),
        "level": made.level,
        "method": made.method,
    }
