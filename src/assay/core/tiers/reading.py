"""From what the systems say, in their own field names, to a case: tier v2 from the shapes of tier-to-delius
and of the assessment API, tier v3 from a flat row. ``Refused`` names the input and the field.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, cast

from assay.core.inputs import Fields, fields, not_one_of
from assay.core.messages import message
from assay.core.tiers import tables
from assay.core.tiers.tables import ROSH, Rosh, RulesV2
from assay.core.tiers.types import (
    Assessment,
    CaseV2,
    CaseV3,
    Conviction,
    Registration,
    Requirement,
    ScoreType,
)

FIELDS_V2 = (
    "id",
    "gender",
    "rsrscore",
    "ogrsscore",
    "registrations",
    "convictions",
    "previousEnforcementActivity",
    "assessment",
)
FIELDS_V3 = (
    "id",
    "has_active_event",
    "mappa_category",
    "rosh",
    "lifer_ipp",
    "latest_release",
    "domestic_abuse",
    "stalking",
    "child_protection",
    "arp",
    "csrp",
    "arp_type",
    "csrp_type",
    "dcsrp",
    "dcsrp_band",
    "ever_committed_sexual_offence",
)
# What each spelling stands for. Register codes, both of very high among them, are read as well as the levels.
ROSH_CHOICES: Mapping[str, Rosh | None] = {
    "VERY_HIGH": "very_high",
    "HIGH": "high",
    "MEDIUM": "medium",
    "LOW": "low",
    "RVHR": "very_high",
    "RVRH": "very_high",
    "RHRH": "high",
    "RMRH": "medium",
    "RLRH": "low",
}
BAND_CHOICES: Mapping[str, Rosh | None] = {
    **{each.upper(): each for each in reversed(ROSH)},
    "NOT_APPLICABLE": None,
}
TYPE_CHOICES: Mapping[str, ScoreType] = {"STATIC": "static", "DYNAMIC": "dynamic"}
SHORTEST_WORD = 3


def category_choices() -> Mapping[str, str | None]:
    """MAPPA categories, and the code that says that none is set."""
    known = tables.v3().mappa_rosh
    return {**{each: each for each in known.categories}, known.not_set: None}


def read_v2(
    given: Mapping[str, Any], *, number: int = 1, on: date | None = None, rules: RulesV2 | None = None
) -> CaseV2:
    """A case from ``gender, rsrscore, ogrsscore, registrations[{code, level, category, date}],
    convictions[{sentenceTypeCode, terminationDate, requirements[{mainCategoryTypeCode, restrictive}]}],
    previousEnforcementActivity, assessment`` and an ``id``. ``number`` names an input without one.

    The assessment API hands on valid assessments alone, so what is given is taken as valid; with a day ``on``
    one that is not complete, or was completed more than 55 weeks before it, is left out.
    """
    known = tables.v2() if rules is None else rules
    row = fields(given, number=number)
    return CaseV2(
        id=row.of,
        female=_female(row, known),
        rsr=row.number("rsrscore"),
        ogrs=row.whole("ogrsscore"),
        registrations=_registrations(row, known),
        convictions=_convictions(row),
        enforcement=row.truth("previousEnforcementActivity"),
        assessment=_assessment(row, known, on=on),
    )


def read_v3(given: Mapping[str, Any], *, number: int = 1) -> CaseV3:
    """A case from ``has_active_event, mappa_category, rosh, lifer_ipp, latest_release, domestic_abuse,
    stalking, child_protection, arp, csrp, arp_type, csrp_type, dcsrp, ever_committed_sexual_offence`` and an
    ``id``.
    ``dcsrp`` is an object of ``score`` and ``band``, or a score with ``dcsrp_band`` beside it."""
    row = fields(given, number=number)
    score, band = _dcsrp(row)
    return CaseV3(
        id=row.of,
        active=row.truth("has_active_event"),
        category=row.choice("mappa_category", category_choices()) is not None,
        rosh=cast(Rosh | None, row.choice("rosh", ROSH_CHOICES)),
        lifer_ipp=row.truth("lifer_ipp"),
        released_on=row.day("latest_release"),
        domestic_abuse=row.truth("domestic_abuse"),
        stalking=row.truth("stalking"),
        child_protection=row.truth("child_protection"),
        sexual_offence=row.truth("ever_committed_sexual_offence"),
        arp=row.number("arp", highest=100),
        csrp=row.number("csrp", highest=100),
        arp_type=cast(ScoreType | None, row.choice("arp_type", TYPE_CHOICES)),
        csrp_type=cast(ScoreType | None, row.choice("csrp_type", TYPE_CHOICES)),
        dcsrp=score,
        dcsrp_band=band,
    )


def _dcsrp(row: Fields) -> tuple[Decimal | None, Rosh | None]:
    if isinstance(row.value("dcsrp"), Mapping):
        inner = row.object("dcsrp")
        assert inner is not None, "it was there a line before"
        return inner.number("score", highest=100), cast(Rosh | None, inner.choice("band", BAND_CHOICES))
    return row.number("dcsrp", highest=100), cast(Rosh | None, row.choice("dcsrp_band", BAND_CHOICES))


def _female(row: Fields, rules: RulesV2) -> bool | None:
    found = row.text("gender")
    if found is None:
        return None
    if len(found) < SHORTEST_WORD:
        said = message("{of}, {field}: {value} is a code; a word is expected, such as Female.", value=found)
        raise row.refuse("gender", said)
    return found.lower() == rules.women.gender


def _registrations(row: Fields, rules: RulesV2) -> tuple[Registration, ...] | None:
    entries = row.objects("registrations")
    if entries is None:
        return None
    made = tuple(
        Registration(
            code=each.needed("code", each.text("code")),
            level=each.text("level"),
            category=each.text("category"),
            entered_on=each.day("date"),
        )
        for each in entries
    )
    for group in (_of_rosh(made, rules), _of_mappa(made, rules)):
        _check_dated(group, made, entries)
    return made


def _of_rosh(entries: Sequence[Registration], rules: RulesV2) -> list[Registration]:
    return [each for each in entries if each.code.upper() in rules.registers.rosh]


def _of_mappa(entries: Sequence[Registration], rules: RulesV2) -> list[Registration]:
    return [each for each in entries if each.code == rules.registers.mappa]


def _check_dated(
    group: Sequence[Registration], entries: Sequence[Registration], given: Sequence[Fields]
) -> None:
    """The latest of several can only be told where each has its day."""
    for each in group:
        if len(group) > 1 and each.entered_on is None:
            place = next(index for index, one in enumerate(entries) if one is each)
            said = message("{of}, {field}: it is needed where {code} is one of several.", code=each.code)
            raise given[place].refuse("date", said)


def _convictions(row: Fields) -> tuple[Conviction, ...] | None:
    found = row.objects("convictions")
    if found is None:
        return None
    return tuple(
        Conviction(
            sentence_type=each.text("sentenceTypeCode"),
            ended=each.day("terminationDate") is not None,
            requirements=tuple(
                Requirement(
                    category=one.text("mainCategoryTypeCode"),
                    restrictive=one.needed("restrictive", one.truth("restrictive")),
                )
                for one in each.objects("requirements") or ()
            ),
        )
        for each in found
    )


def _assessment(row: Fields, rules: RulesV2, *, on: date | None) -> Assessment | None:
    found = row.object("assessment")
    if found is None:
        return None
    summary = found.object("assessment") or found
    if on is not None and not _is_valid(summary, rules, on=on):
        return None
    sections = {each.section: found.object(each.section) for each in rules.needs.sections}
    relationships, thinking = sections.get("relationships"), sections.get("thinkingAndBehaviour")
    return Assessment(
        scores={each.need: section_score(sections[each.section], rules) for each in rules.needs.sections},
        san=summary.truth("sanIndicator") or False,
        parenting=_scores(relationships, "parentalResponsibilities", rules),
        impulsivity=_scores(thinking, "impulsivity", rules),
        temper=_scores(thinking, "temperControl", rules),
    )


def _is_valid(summary: Fields, rules: RulesV2, *, on: date) -> bool:
    status, completed = summary.text("status"), summary.day("completedDate")
    if status is not None and status != rules.assessment.status:
        return False
    return completed is None or completed >= on - timedelta(weeks=rules.assessment.weeks)


def section_score(section: Fields | None, rules: RulesV2) -> int | None:
    """The sum of a section's answers; None where it has none, or every one is missing."""
    answers = section.object("questionAnswers") if section is not None else None
    if answers is None:
        return None
    found = [_answer(answers, name, rules) for name in answers.given if answers.value(name) is not None]
    if all(each in rules.answers.missing for each in found):
        return None
    return sum(rules.answers.scores[each] for each in found)


def _answer(answers: Fields, name: str, rules: RulesV2) -> str:
    found = answers.text(name)
    if found not in rules.answers.scores:
        raise answers.refuse(name, not_one_of(str(found), rules.answers.scores))
    return found


def _scores(section: Fields | None, name: str, rules: RulesV2) -> bool:
    """Whether that answer of the section scores anything."""
    if section is None or section.value(name) is None:
        return False
    return rules.answers.scores[_answer(section, name, rules)] > 0
