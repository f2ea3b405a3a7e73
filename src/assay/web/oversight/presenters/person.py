"""One person's page in words: duties with their reasons, the risk as a stepped line, the timeline."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from assay.assurance.duties.clauses import clause_of
from assay.assurance.oversight.types import DutyLine, EvidenceRow
from assay.records import standard
from assay.records.cases.types import CaseFile, Entry, Rosh
from assay.records.codes import code_list
from assay.web.oversight.presenters import words
from assay.web.oversight.presenters.queue import Link, actions_for
from assay.web.rendering import day

SHOWN = 60
GROUPS = {
    "contacts": gettext_lazy("Contacts"),
    "oversight": gettext_lazy("Oversight"),
    "enquiries": gettext_lazy("Enquiries"),
    "assessments": gettext_lazy("Assessments"),
    "visits": gettext_lazy("Visits"),
    "absences": gettext_lazy("Absences"),
    "registers": gettext_lazy("Registers"),
    "events": gettext_lazy("Events"),
}
# The name of a row in words, by its table.
_TABLES = {
    "sentence": gettext_lazy("Start of supervision"),
    "release": gettext_lazy("Release"),
    "allocation": gettext_lazy("Allocation"),
    "registration": gettext_lazy("Register"),
    "offence": gettext_lazy("Offence"),
    "assessment": gettext_lazy("Assessment"),
    "enquiry": gettext_lazy("Enquiry"),
    "address": gettext_lazy("Address"),
    "circle": gettext_lazy("Someone in the person's circle"),
    "rosh": gettext_lazy("Risk of serious harm"),
    "contact": gettext_lazy("Contact"),
    "absence": gettext_lazy("Absence"),
    "suspension": gettext_lazy("Suspension of contact"),
    "assessment_part": gettext_lazy("Part of an assessment"),
    "enforcement": gettext_lazy("Decision on a failure"),
    "oversight_action": gettext_lazy("Action a manager asked for"),
    "recall": gettext_lazy("Recall"),
    "recall_step": gettext_lazy("Step of a recall"),
    "tier": gettext_lazy("Tier"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """A clause that held, and the rows by which it held."""

    sentence: str
    rows: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """A duty in force, opening "why"."""

    name: str
    sentence: str
    tag: dict[str, str]
    is_trial: bool
    line: str
    expectation: str
    required: tuple[Reason, ...]
    unmet: tuple[Reason, ...]
    state_tag: dict[str, str] | None
    limits: str
    after_the_fact: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A level of risk and its days. The four numbers are a rectangle's place in the drawing."""

    level: str
    opened_on: date
    closed_on: date | None
    x: float
    y: float
    width: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A stepped line in a 600 by 150 drawing, with its table. ``path`` is the line."""

    steps: tuple[Step, ...]
    path: str
    levels: tuple[tuple[str, float], ...]
    first: date
    last: date
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of the timeline, in words."""

    id: str
    title: str
    byline: str
    at: str
    tags: tuple[dict[str, str], ...]
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    lines: tuple[Line, ...]
    total: int
    is_cut: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    text: str
    href: str
    is_on: bool


def duty_lines(lines: tuple[DutyLine, ...]) -> tuple[Duty, ...]:
    return tuple(_duty(each) for each in lines)


def _duty(line: DutyLine) -> Duty:
    duty = words.duty_of(line.duty)
    assert duty is not None, "only known duties are given"
    item = line.item
    return Duty(
        name=words.plain(duty.name),
        sentence=words.plain(duty.sentence),
        tag=words.duty_tag(line.state),
        is_trial=line.standing == "trial",
        line=words.headline(item) if item else _state_line(line),
        expectation=words.expectation(item) if item else "",
        required=_reasons(line, side="required"),
        unmet=_reasons(line, side="unmet"),
        state_tag=words.state_tag(item.state) if item else None,
        limits=words.plain(duty.limits),
        after_the_fact=words.plain(why) if (why := duty.after_the_fact) and line.after_the_fact else "",
    )


def _state_line(line: DutyLine) -> str:
    if line.state == "unknown":
        duty = words.duty_of(line.duty)
        clause = clause_of(duty, line.unknown_because) if duty else None
        return (
            _("The records cannot say: {because}.").format(because=words.plain(clause.sentence))
            if clause
            else _("The records cannot say.")
        )
    if line.state in ("due", "not_due") and line.due_on:
        return _("Due by {day}.").format(day=day(line.due_on))
    if line.since:
        return _("Since {day}.").format(day=day(line.since))
    return ""


def _reasons(line: DutyLine, *, side: str) -> tuple[Reason, ...]:
    duty = words.duty_of(line.duty)
    found: dict[str, list[str]] = {}
    for each in line.reasons:
        if each.side == side:
            clause = clause_of(duty, each.clause) if duty else None
            rows = found.setdefault(words.plain(clause.sentence) if clause else each.clause, [])
            if each.row_id:
                rows.append(_row(each))
    return tuple(Reason(sentence=sentence, rows=tuple(rows)) for sentence, rows in found.items())


def _row(each: EvidenceRow) -> str:
    """ "Register: Child Protection, 3 February 2026, written 5 February 2026"."""
    parts = [str(_TABLES.get(each.table, each.table)) + (f": {_code(each)}" if each.code else "")]
    if each.happened_on:
        parts.append(day(each.happened_on))
    if each.recorded_on and each.recorded_on != each.happened_on:
        parts.append(_("written {day}").format(day=day(each.recorded_on)))
    return ", ".join(parts)


def _code(each: EvidenceRow) -> str:
    if each.table in standard.BY_NAME:
        for column in standard.table(each.table):
            if column.codes and each.code in code_list(column.codes):
                return code_list(column.codes).name_of(each.code)
    return each.code


LEFT, RIGHT, TOP, BOTTOM = 90.0, 590.0, 15.0, 120.0
LEVELS = ("low", "medium", "high", "very_high")


def risk_chart(file: CaseFile) -> Chart | None:
    """The overall level over time; None where nobody recorded one."""
    rows = sorted(file.rosh, key=lambda each: each.opened_on)
    if not rows:
        return None
    first, last = rows[0].opened_on, file.as_known_on
    days = max((last - first).days, 1)

    def x(on: date) -> float:
        return round(LEFT + (RIGHT - LEFT) * min(max((on - first).days, 0), days) / days, 1)

    steps = tuple(_step(each, x=x(each.opened_on), end=x(each.closed_on or last)) for each in rows)
    path = " ".join(
        f"{'M' if n == 0 else 'L'}{step.x} {step.y} L{round(step.x + step.width, 1)} {step.y}"
        for n, step in enumerate(steps)
    )
    return Chart(
        steps=steps,
        path=path,
        levels=tuple((code_list("rosh_level").name_of(level), _height(level)) for level in LEVELS),
        first=first,
        last=last,
        title=_("Risk of serious harm from {first} to {last}; the table below has the same figures").format(
            first=day(first), last=day(last)
        ),
    )


def _step(row: Rosh, *, x: float, end: float) -> Step:
    return Step(
        level=code_list("rosh_level").name_of(row.level),
        opened_on=row.opened_on,
        closed_on=row.closed_on,
        x=x,
        y=_height(row.level),
        width=round(max(end - x, 0.0), 1),
    )


def _height(level: str) -> float:
    return round(BOTTOM - (BOTTOM - TOP) * LEVELS.index(level) / (len(LEVELS) - 1), 1)


def timeline(file: CaseFile, *, show: str, search: str, everything: bool) -> Timeline:
    """Newest first; a group, a search over titles and words, or all of it."""
    entries = [each for each in file.timeline if not show or each.group == show]
    if search:
        wanted = search.casefold()
        entries = [each for each in entries if wanted in _searched(each)]
    cut = entries if everything or search else entries[:SHOWN]
    return Timeline(
        lines=tuple(_line(each) for each in cut), total=len(entries), is_cut=len(cut) < len(entries)
    )


def chips(file: CaseFile, *, show: str, query: Mapping[str, str]) -> tuple[Chip, ...]:
    """One link for each group there is, with how many; and one for all."""
    counted: Counter[str] = Counter(each.group for each in file.timeline)
    page = reverse("person", args=[file.identity.reference])
    kept = {name: value for name, value in query.items() if name.startswith("known") and value}

    def chip(key: str, text: str, number: int) -> Chip:
        asked = {**kept, **({"show": key} if key else {})}
        href = f"{page}?{urlencode(asked)}#timeline" if asked else f"{page}#timeline"
        return Chip(text=f"{text} ({number})", href=href, is_on=show == key)

    return (
        chip("", _("All"), len(file.timeline)),
        *(chip(key, str(text), counted[key]) for key, text in GROUPS.items() if counted[key]),
    )


def deed_links(reference: UUID) -> tuple[Link, ...]:
    return (
        Link(href=reverse("discussion", args=[reference]), text=_("Record a discussion")),
        *actions_for(reference),
    )


def _line(entry: Entry) -> Line:
    when = day(entry.day)
    if entry.time is not None:
        when = f"{when}, {entry.time:%H:%M}"
    tags = []
    if entry.sensitive:
        tags.append({"text": _("Sensitive"), "tone": "quiet"})
    if entry.late_by is not None:
        late = ngettext("Written {n} day later", "Written {n} days later", entry.late_by)
        tags.append({"text": late.format(n=entry.late_by), "tone": "warning"})
    return Line(
        id=f"{entry.table}-{entry.row_id}",
        title=entry.title,
        byline=entry.by,
        at=" · ".join(filter(None, (when, entry.outcome))),
        tags=tuple(tags),
        paragraphs=tuple(paragraph for each in entry.words for paragraph in each.paragraphs),
    )


def _searched(entry: Entry) -> str:
    said = [paragraph for each in entry.words for paragraph in each.paragraphs]
    return " ".join([entry.title, entry.code, entry.outcome, entry.by, *said]).casefold()
