"""Words of a report: one set for the page and the PDF, so that both say the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format, number_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from markupsafe import Markup

from assay.core.dates import london_day
from assay.core.disclosure.suppression import MARK
from assay.inspection.recommendations.types import ADDRESSEES, Addressee
from assay.inspection.reports import queries
from assay.inspection.reports.charts import Layout, findings_chart, percent
from assay.inspection.reports.documents import interval, weighted
from assay.inspection.reports.models import Report
from assay.inspection.reports.states import NAMES, State
from assay.inspection.reports.types import Content, Released, ReportedFinding, ReportedRecommendation


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingRow:
    """A finding as the report's table shows it. ``href`` is empty where there is nothing to open."""

    id: str
    sentence: str
    short: str
    population: str
    note: str
    n_of_n: str
    share: str
    interval: str
    method: str
    weighted: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingGroup:
    title: str
    rows: tuple[FindingRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecommendationRow:
    position: int
    theme: str
    said: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressed:
    """The recommendations to one addressee."""

    name: str
    rows: tuple[RecommendationRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A report as a page shows it. ``charts`` holds its one chart once for wide screens and
    once for narrow ones, each with the name of its layout; both are empty where nothing can be drawn."""

    content: Content
    words: dict[str, Any]
    paragraphs: tuple[str, ...]
    headlines: tuple[str, ...]
    charts: tuple[tuple[str, str], ...]
    groups: tuple[FindingGroup, ...]
    bases: tuple[str, ...]
    recommendations: tuple[Addressed, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    href: str
    text: str


def page(content: Content, *, address: Callable[[str], str], released_on: date | None = None) -> Page:
    """The page of a report. Each finding leads to the ``address`` of its id."""
    return Page(
        content=content,
        words=pdf_words(content, released_on=released_on),
        paragraphs=tuple(each for each in content.judgement.split("\n\n") if each.strip()),
        headlines=tuple(each.sentence for each in content.headlines),
        charts=tuple(
            (each.value, Markup(chart(content, layout=each)))  # noqa: S704 - drawn by us, its texts escaped
            for each in (Layout.WIDE, Layout.NARROW)
        ),
        groups=tuple(
            FindingGroup(title=title, rows=rows)
            for code, title in content.groups
            if (
                rows := tuple(_row(each, address(each.id)) for each in content.findings if each.group == code)
            )
        ),
        bases=tuple(_of_base().format(base=each.base) for each in content.profile),
        recommendations=_addressed(content),
    )


def released_page(found: Released) -> dict[str, Any]:
    """What the template of a released report is given."""

    def definition(finding: str) -> str:
        return reverse("public-definition-version", args=(found.slug, found.version, finding))

    return {
        "page": page(found.content, address=definition, released_on=found.released_on),
        "slug": found.slug,
        "hash": found.hash,
        "newest": found.newest,
        "files": _files(found),
        "earlier": [
            Link(
                href=reverse("public-report-version", args=(found.slug, number)),
                text=_("Version {number}").format(number=number),
            )
            for number in queries.released_versions(found.slug)
            if number != found.version
        ],
    }


def chart(content: Content, *, layout: Layout = Layout.WIDE) -> str:
    """The chart of the headline findings; an empty text where none can be drawn."""
    return findings_chart(content.headlines, title=_chart_title(), synthetic=content.synthetic, layout=layout)


def pdf_words(content: Content, *, released_on: date | None = None) -> dict[str, Any]:
    """Every heading and note of a report that is not in its content."""
    when = date_format(released_on, "j F Y") if released_on else _("Not released")
    return {
        "language": "cy" if get_language() == "cy" else "en",
        "author": "Assay",
        "description": _("Findings, sample, recommendations and method of {title}").format(
            title=content.title
        ),
        "released": _("Released on {day}, version {number}").format(day=when, number=content.version)
        if released_on
        else _("Draft, version {number}: not released").format(number=content.version),
        "revised": _("What changed in this version:"),
        "judgement": _("The Chief Inspector's judgement"),
        "headlines": _("What was found"),
        "chart_title": _chart_title(),
        "chart_caption": _(
            "Dots show the share of each base; lines the 95% interval in which the share of all eligible "
            "cases may lie. The numbers stand in the table below. Bases differ from row to row."
        ),
        "findings": _("Every finding, with its base"),
        "finding": _("Finding"),
        "n_of_n": _("n of N"),
        "share": _("Share"),
        "interval": _("95% interval"),
        "to": _("to"),
        "all_read": _all_read(),
        "base": _("Base"),
        "method_of": _("Interval"),
        "methods": {each.method: _(each.method) for each in content.findings},
        "weighted": _weighted(),
        "profile": _("Who is in the sample"),
        "profile_note": _(
            "Numbers from 1 to 5 are not shown, nor is a second number where one could be worked out: "
            "“{mark}” stands instead. A zero is a zero."
        ).format(mark=MARK),
        "number": _("Number"),
        "of_base": _of_base(),
        "recommendations": _("Recommendations"),
        "no_recommendations": _("There are no recommendations."),
        "not_in_source": _("The text is not in our source."),
        "addressees": [{"code": code.value, "name": _(name.id)} for code, name in ADDRESSEES.items()],
        "method": _("How this was made"),
        "method_note": _method(content),
        "synthetic": _("Synthetic: none of the people or cases in this report exist."),
        "synthetic_short": _("Synthetic"),
        "footer": _("Assay. Open Government Licence v3.0, except where otherwise stated."),
        "small_base": _("base too small"),
    }


def _method(content: Content) -> list[str]:
    made = content.method
    read = number_format(made.read)
    if made.eligible is None:
        sample = _("{read} cases from {units} delivery units were read. How many were eligible is not known.")
    else:
        sample = _(
            "{read} cases from {units} delivery units were read, of {eligible} that were eligible, drawn at "
            "random within each unit."
        )
    notes = [sample.format(read=read, units=made.units, eligible=number_format(made.eligible or 0))]
    if made.seed:
        notes.append(
            _(
                "The draw was sealed before any case was opened. Seed: {seed}. Hash of the frame: {hash}."
            ).format(seed=made.seed, hash=made.frame_hash)
        )
    methods = sorted({_(each.method) for each in content.findings if each.value is not None})
    if methods:
        notes.append(
            _("Beside each share stands a 95% interval: {rule}. Methods used here: {methods}.").format(
                rule=content.findings[0].interval_rule, methods="; ".join(methods)
            )
        )
    notes += [
        _("Each finding has a base of its own; no percentage is shown for a base below 20."),
        _(
            "Counted under {framework}, version {version}, by definitions version {definitions} "
            "(SHA-256 {hash}), with Assay {code}."
        ).format(
            framework=made.framework,
            version=made.framework_version,
            definitions=made.definitions_version,
            hash=made.definitions_hash,
            code=made.code_version,
        ),
        _(
            "A sample this size says little about one delivery unit, so none is given by unit. An interval "
            "covers the chance of the draw, not the judgement of a reader."
        ),
    ]
    return [*notes, *([made.limits] if made.limits else [])]


def interval_of(each: ReportedFinding) -> str:
    return interval(each, to=_("to"), all_read=_all_read())


def _row(each: ReportedFinding, href: str) -> FindingRow:
    return FindingRow(
        id=each.id,
        sentence=each.sentence,
        short=each.short,
        population=each.population,
        note=each.note,
        n_of_n=_("{numerator} of {denominator}").format(
            numerator=each.numerator, denominator=each.denominator
        ),
        share=percent(each.value) if each.value is not None else _("base too small"),
        interval=interval_of(each),
        method=_(each.method),
        weighted=weighted(each, words=_weighted()),
        href=href,
    )


def _addressed(content: Content) -> tuple[Addressed, ...]:
    return tuple(
        Addressed(name=_(ADDRESSEES[addressee].id), rows=rows)
        for addressee in Addressee
        if (rows := tuple(_recommendation(r) for r in content.recommendations if r.addressee == addressee))
    )


def _recommendation(each: ReportedRecommendation) -> RecommendationRow:
    return RecommendationRow(
        position=each.position,
        theme=each.theme,
        said=each.text or _("The text is not in our source."),
        source=each.source,
    )


def _files(found: Released) -> list[Link]:
    names = [
        ("report.pdf", _("The report as an accessible PDF")),
        ("findings.csv", _("The findings as CSV")),
        ("findings.ods", _("The findings as an ODS spreadsheet")),
        ("report.json", _("The whole report as JSON")),
    ]
    if chart(found.content):
        names.append(("chart.svg", _("The chart as SVG")))
    return [
        Link(href=reverse("public-report-file", args=(found.slug, found.version, name)), text=text)
        for name, text in names
    ]


def _chart_title() -> str:
    return _("The main findings with their intervals")


def _of_base() -> str:
    return _("of {base}")


def _all_read() -> str:
    return _("none: all were read")


def _weighted() -> str:
    return _("Weighted by each case's chance of being drawn, the share is {share}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionLine:
    """One version in the list of an inspection's report."""

    number: int
    title: str
    state: str
    tag: str
    author: str
    released: str
    note: str
    href: str
    public_href: str


def version_line(report: Report) -> VersionLine:
    released = report.state == State.RELEASED
    return VersionLine(
        number=report.version,
        title=report.title,
        state=_(NAMES[State(report.state)].id),
        tag={State.DRAFT: "govuk-tag--grey", State.READY: "govuk-tag--yellow"}.get(
            State(report.state), "govuk-tag--green"
        ),
        author=report.author.name,
        released=date_format(london_day(report.released_at), "j F Y") if report.released_at else "",
        note=report.revision_note,
        href=reverse("report-preview", args=(report.uuid,)),
        public_href=reverse("public-report-version", args=(report.slug, report.version)) if released else "",
    )
