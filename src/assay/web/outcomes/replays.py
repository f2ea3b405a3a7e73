"""Words and links of the page of a replay."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assay.inspection.findings.types import Basis
from assay.inspection.outcomes.replaying import Compared, Published, PublishedRecommendation, Replay
from assay.inspection.outcomes.replaying import facts as facts_of
from assay.inspection.outcomes.replaying import replays as names
from assay.inspection.outcomes.types import Outcome
from assay.inspection.recommendations.types import ADDRESSEES, Addressee
from assay.inspection.reports.charts import percent

BASES = {
    Basis.PUBLISHED: (gettext_lazy("Published"), "govuk-tag--green"),
    Basis.INFERRED: (gettext_lazy("Inferred"), "govuk-tag--yellow"),
    Basis.NOT_IN_SOURCE: (gettext_lazy("Not in our source"), "govuk-tag--grey"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A figure beside what was published of it. ``counted`` is empty where there is nothing to count to."""

    name: str
    unit: str
    counted: str
    interval: str
    said: str
    basis: str
    tag: str
    because: str
    source: str
    agrees: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Recommendation:
    number: int
    theme: str
    text: str
    basis: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressed:
    name: str
    rows: tuple[Recommendation, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    title: str
    published_on: str
    readings: str
    are: str
    rows: tuple[Row, ...]
    others: tuple[str, ...]
    profile: str
    recommendations: tuple[Addressed, ...]
    said: str
    sources: tuple[str, ...]
    file: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    href: str
    text: str


def page(made: Replay) -> Page:
    facts = made.facts
    return Page(
        title=facts.title,
        published_on=date_format(date.fromisoformat(facts.published_on), "j F Y"),
        readings=_("{number} invented readings over {units} delivery units.").format(
            number=len(made.readings), units=made.units
        ),
        are=facts.readings_are,
        rows=(
            *(_compared(each) for each in made.compared),
            *(_unheld(each, made) for each in facts.not_in_source),
        ),
        others=made.others,
        profile=facts.profile,
        recommendations=_addressed(facts.recommendations),
        said=facts.recommendations_said,
        sources=tuple(facts.sources.values()),
        file=reverse("replay-file", args=(facts.id,)),
    )


def links() -> tuple[Link, ...]:
    """The replays to be read here: none outside a demonstration."""
    if not settings.DEMONSTRATION:
        return ()
    return tuple(Link(href=reverse("replay", args=(each,)), text=facts_of(each).title) for each in names())


def link_of(each: Outcome) -> str:
    """The address of the replay of an outcome; empty where there is none."""
    if not settings.DEMONSTRATION:
        return ""
    for name in names():
        facts = facts_of(name)
        wanted = (facts.framework, facts.region, facts.published_on)
        if (each.framework.id, each.unit, each.published) == wanted:
            return reverse("replay", args=(name,))
    return ""


def _compared(each: Compared) -> Row:
    count, made = each.finding.count, each.finding.estimate
    return _row(
        each.published,
        name=each.finding.definition.short,
        unit=count.unit,
        counted=_("{numerator} of {denominator}").format(
            numerator=count.numerator, denominator=count.denominator
        ),
        interval=_("{lower} to {upper} ({method})").format(
            lower=percent(made.lower), upper=percent(made.upper), method=_(made.method)
        )
        if made
        else "",
        agrees=each.agrees,
    )


def _unheld(each: Published, made: Replay) -> Row:
    return _row(each, name=made.name_of(each.finding), unit="", counted="", interval="", agrees=False)


def _row(each: Published, *, name: str, unit: str, counted: str, interval: str, agrees: bool) -> Row:
    basis, tag = BASES[each.basis]
    return Row(
        name=name,
        unit=unit,
        counted=counted,
        interval=interval,
        said=each.said,
        basis=str(basis),
        tag=tag,
        because=each.because,
        source=each.source,
        agrees=agrees,
    )


def _addressed(every: tuple[PublishedRecommendation, ...]) -> tuple[Addressed, ...]:
    numbered = tuple(enumerate(every, start=1))
    return tuple(
        Addressed(
            name=_(ADDRESSEES[to].id),
            rows=tuple(_recommendation(number, each) for number, each in numbered if each.addressee == to),
        )
        for to in Addressee
    )


def _recommendation(number: int, each: PublishedRecommendation) -> Recommendation:
    return Recommendation(
        number=number,
        theme=each.theme or _("Its theme is not in our source."),
        text=each.text or _("The text is not in our source."),
        basis=_("To whom it was made is inferred.") if each.addressee_basis is Basis.INFERRED else "",
        source=each.theme_from,
    )
