"""Words, dots and links of the pages of figures."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from assay.access.accounts.permissions import Someone
from assay.core.estimation.estimate import WHOLE
from assay.core.figures import Count, Estimate
from assay.core.standards import load
from assay.core.standards.types import Framework
from assay.inspection.assessments.queries import progress
from assay.inspection.findings.definitions import Definition, definitions, questions_of
from assay.inspection.findings.types import Finding, Gathered
from assay.inspection.findings.wording import asked_in, in_words, intervals_in_words
from assay.inspection.programmes.models import Inspection
from assay.inspection.reports.charts import percent

WIDE = 240
MARGIN = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Dot:
    """Where a dot and its line lie in a drawing ``WIDE`` wide."""

    at: float
    starts: float
    ends: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A finding as the lead's page shows it. ``dot`` is None where nothing is in the base; ``weighted`` is
    empty where the weighted share is the same as printed."""

    short: str
    sentence: str
    count: Count
    share: str
    interval: str
    method: str
    figure: str
    weighted: str
    small: bool
    note: str
    dot: Dot | None
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    title: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A case behind a figure: its number in the sample and how it counted. ``href`` may be empty."""

    number: int
    unit: str
    reader: str
    in_numerator: bool
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    name: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    code: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Defined:
    """A definition in words."""

    short: str
    lines: tuple[Line, ...]
    questions: tuple[Asked, ...]


def groups(gathered: Gathered, *, inspection: Inspection) -> tuple[Group, ...]:
    titles = definitions(inspection.framework_id).groups
    return tuple(
        Group(title=title, rows=rows)
        for code, title in titles.items()
        if (
            rows := tuple(
                row(f, inspection=inspection) for f in gathered.findings if f.definition.group == code
            )
        )
    )


def row(finding: Finding, *, inspection: Inspection) -> Row:
    made, share = finding.estimate, finding.count.share
    return Row(
        short=finding.definition.short,
        sentence=_(finding.sentence).format(**finding.values),
        count=finding.count,
        share=percent(share) if made else _("nothing in the base"),
        interval=_interval(made) if made else "",
        method=_(made.method) if made else "",
        figure=figure(percent(share), interval=_interval(made), method=made.method) if made else "",
        weighted=_weighted(finding),
        small="small base" in made.warnings if made else False,
        note=finding.definition.note,
        dot=_dot(share, made) if made and share is not None else None,
        href=reverse("finding", args=(inspection.uuid, finding.id)),
    )


def figure(share: str, *, interval: str, method: str) -> str:
    """A share with its interval and the method of it, in one phrase."""
    if method == WHOLE:
        said = _("{share}; every eligible case of the base was read, so the draw adds no uncertainty")
    else:
        said = _("{share}; 95% interval {interval}; method: {method}")
    return said.format(share=share, interval=interval, method=_(method))


def cases(finding: Finding, *, inspection: Inspection, user: Someone) -> tuple[Case, ...]:
    """The cases of the base by number, those of the numerator first."""
    found = set(finding.numerator_cases)
    lines = {str(each.case): each for each in progress(inspection, user=user)}
    made = [
        Case(
            number=lines[ref].number,
            unit=lines[ref].pdu_name,
            reader=lines[ref].reader_name,
            in_numerator=ref in found,
            href=_reading(lines[ref].reading),
        )
        for ref in finding.denominator_cases
        if ref in lines
    ]
    return tuple(sorted(made, key=lambda each: (not each.in_numerator, each.number)))


def defined(framework_id: str, finding: str) -> dict[str, Defined]:
    """The definition for its page; ``KeyError`` for a finding there is none of."""
    framework, made = load(framework_id), definitions(framework_id)
    one = made.finding(finding)
    if one is None:
        raise KeyError(finding)
    return {
        "definition": Defined(
            short=one.short,
            lines=tuple(Line(name=name, value=value) for name, value in _lines(one, framework)),
            questions=tuple(
                Asked(code=code, text=text)
                for code, text in asked_in(questions_of(one), framework, _).items()
            ),
        )
    }


def _lines(one: Definition, framework: Framework) -> list[tuple[str, str]]:
    made = definitions(framework.id)
    lines = [
        (_("What it says"), one.sentence.format(numerator="n", denominator="N")),
        (_("What is counted"), one.unit),
        (_("Belongs to the base"), one.population),
        (_("In the base (N) if"), in_words(one.denominator, framework, _)),
        (_("And counted (n) if"), in_words(one.numerator, framework, _)),
        (_("How its interval is chosen"), intervals_in_words(made.intervals, _)),
        (
            _("Framework"),
            _("{name}, version {version}").format(name=framework.name, version=framework.version),
        ),
        (
            _("Definitions"),
            _("version {version}, SHA-256 {hash}").format(version=made.version, hash=made.hash),
        ),
        (_("Identifier"), one.id),
    ]
    return [*lines, *([(_("Note"), one.note)] if one.note else [])]


def _dot(share: float, made: Estimate) -> Dot:
    return Dot(at=_x(share), starts=_x(made.lower), ends=_x(made.upper))


def _interval(made: Estimate) -> str:
    if made.method == WHOLE:
        return _("no interval: all were read")
    return _("{lower} to {upper}").format(lower=percent(made.lower), upper=percent(made.upper))


def _weighted(finding: Finding) -> str:
    """The weighted share in words, where it is printed as another number than the plain one."""
    shown = percent(finding.weighted)
    if finding.weighted is None or shown == percent(finding.count.share):
        return ""
    return _("Weighted by each case's chance of being drawn, the share is {share}.").format(share=shown)


def _reading(uuid: object) -> str:
    """The page of a reading, where this installation has one."""
    try:
        return reverse("reading", args=(uuid,)) if uuid else ""
    except NoReverseMatch:
        return ""


def _x(share: float) -> float:
    return round(MARGIN + share * (WIDE - 2 * MARGIN), 1)
