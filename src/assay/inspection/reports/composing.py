"""A report's content, made from figures and words: pure, and through disclosure on its way."""

from __future__ import annotations

from collections.abc import Sequence

from assay.core.disclosure.suppression import may_show_percentage, suppressed
from assay.core.messages import message
from assay.core.standards.types import Framework
from assay.inspection.findings.definitions import Definitions, Intervals, questions_of
from assay.inspection.findings.types import Basis, Finding, Gathered, ProfileTable
from assay.inspection.findings.wording import asked_in, in_words, intervals_in_words
from assay.inspection.recommendations.types import Recommendation
from assay.inspection.reports.types import (
    Content,
    ReportedFinding,
    ReportedGroup,
    ReportedMethod,
    ReportedProfile,
    ReportedQuestion,
    ReportedRecommendation,
)

LEVEL = 0.95
TOO_SMALL = message("none, since the base is too small").id


def content_of(
    gathered: Gathered,
    *,
    definitions: Definitions,
    framework: Framework,
    title: str,
    inspection: str,
    region: str,
    judgement: str,
    limits: str,
    recommendations: Sequence[Recommendation],
    synthetic: bool,
    version: int,
    revision_note: str = "",
) -> Content:
    """The whole report. The n of N of each finding stays; numbers of the profile pass through suppression."""
    return Content(
        title=title,
        inspection=inspection,
        region=region,
        judgement=judgement.strip(),
        groups=tuple(definitions.groups.items()),
        findings=tuple(
            reported(each, framework=framework, intervals=definitions.intervals) for each in gathered.findings
        ),
        profile=tuple(_profile(each) for each in gathered.profile),
        recommendations=tuple(_recommendation(each) for each in recommendations),
        method=_method(gathered, limits=limits),
        synthetic=synthetic,
        version=version,
        revision_note=revision_note.strip(),
    )


def reported(finding: Finding, *, framework: Framework, intervals: Intervals) -> ReportedFinding:
    """A finding without the cases behind it; without share and interval on a base too small for them."""
    made = finding.definition
    asked = asked_in(questions_of(made), framework)
    estimate = finding.estimate if may_show_percentage(finding.count) else None
    return ReportedFinding(
        id=made.id,
        group=made.group,
        sentence=made.sentence.format(**finding.values),
        short=made.short,
        numerator=finding.count.numerator,
        denominator=finding.count.denominator,
        unit=finding.count.unit,
        population=finding.count.population,
        value=finding.count.share if estimate else None,
        weighted=finding.weighted if estimate else None,
        lower=estimate.lower if estimate else None,
        upper=estimate.upper if estimate else None,
        level=estimate.level if estimate else LEVEL,
        method=estimate.method if estimate else TOO_SMALL,
        basis=Basis.COUNTED.value,
        base_rule=in_words(made.denominator, framework),
        count_rule=in_words(made.numerator, framework),
        interval_rule=intervals_in_words(intervals),
        asked=tuple(ReportedQuestion(code=code, text=text) for code, text in asked.items()),
        headline=made.headline,
        adverse=made.adverse,
        note=made.note,
    )


def _profile(table: ProfileTable) -> ReportedProfile:
    cells = suppressed({each.value: each.count.numerator for each in table.groups})
    return ReportedProfile(
        title=table.title,
        base=table.groups[0].count.denominator if table.groups else 0,
        groups=tuple(
            ReportedGroup(label=each.label, number=cells[each.value].value, shown=cells[each.value].shown)
            for each in table.groups
        ),
    )


def _recommendation(each: Recommendation) -> ReportedRecommendation:
    return ReportedRecommendation(
        addressee=each.addressee.value,
        position=each.position,
        theme=each.theme,
        text=each.text,
        source=each.source,
    )


def _method(gathered: Gathered, *, limits: str) -> ReportedMethod:
    made = gathered.method
    return ReportedMethod(
        read=made.read,
        eligible=made.eligible,
        units=made.units,
        framework=made.framework,
        framework_version=made.framework_version,
        definitions_version=made.definitions_version,
        definitions_hash=made.definitions_hash,
        seed=made.seed,
        frame_hash=made.frame_hash,
        code_version=made.code_version,
        limits=limits.strip(),
    )
