"""Words, dots and links of the pages of figures."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from assay.access.accounts.permissions import Someone
from assay.core.figures import Count
from assay.core.standards import load
from assay.core.standards.types import Framework
from assay.inspection.assessments.queries import progress
from assay.inspection.findings.definitions import Definition, definitions, questions_of
from assay.inspection.findings.types import Finding, Gathered
from assay.inspection.findings.wording import in_words
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
    """A finding as the lead's page shows it. ``dot`` is None where nothing is in the base."""

    short: str
    sentence: str
    count: Count
    share: str
    interval: str
    method: str
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
    made = finding.estimate
    return Row(
        short=finding.definition.short,
        sentence=_(finding.sentence).format(**finding.values),
        count=finding.count,
        share=percent(made.value) if made else _("nothing in the base"),
        interval=_("{lower} to {upper}").format(lower=percent(made.lower), upper=percent(made.upper))
        if made
        else "",
        method=made.method if made else "",
        small="small base" in made.warnings if made else False,
        note=finding.definition.note,
        dot=Dot(at=_x(made.value), starts=_x(made.lower), ends=_x(made.upper)) if made else None,
        href=reverse("finding", args=(inspection.uuid, finding.id)),
    )


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
    questions = dict.fromkeys((*questions_of(one.denominator), *questions_of(one.numerator)))
    return {
        "definition": Defined(
            short=one.short,
            lines=tuple(Line(name=name, value=value) for name, value in _lines(one, framework)),
            questions=tuple(Asked(code=code, text=_text_of(code, framework)) for code in questions),
        )
    }


def _lines(one: Definition, framework: Framework) -> list[tuple[str, str]]:
    made = definitions(framework.id)
    lines = [
        (_("What it says"), one.sentence.format(numerator="n", denominator="N")),
        (_("What is counted"), one.unit),
        (_("Belongs to the base"), one.population),
        (_("In the base (N) if"), in_words(one.denominator, framework)),
        (_("And counted (n) if"), in_words(one.numerator, framework)),
        (_("Interval"), {"wilson": _("Wilson, 95%"), "exact": _("exact, 95%")}[one.interval]),
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


def _text_of(code: str, framework: Framework) -> str:
    try:
        return framework.question(code).text
    except KeyError:
        return framework.fact(code).label


def _reading(uuid: object) -> str:
    """The page of a reading, where this installation has one."""
    try:
        return reverse("reading", args=(uuid,)) if uuid else ""
    except NoReverseMatch:
        return ""


def _x(share: float) -> float:
    return round(MARGIN + share * (WIDE - 2 * MARGIN), 1)
