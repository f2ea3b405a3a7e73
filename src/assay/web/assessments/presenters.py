"""Words and links of the reading pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assay.core.figures import Count
from assay.core.standards.types import Fact, FactValue, Framework
from assay.inspection.assessments.record import GROUPS, TABS, CaseRecord, Entry
from assay.inspection.assessments.types import CaseLine, Place, ReadingInHand
from assay.records.codes import code_list
from assay.web.rendering import day, moment, n_of_n, worded


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """Where a reader is on the page: which question, which tab of the record, which filters, which pane."""

    question: str
    tab: str = "timeline"
    show: tuple[str, ...] = ()
    pane: str = "record"

    def href(self, reading: UUID, **changed: Any) -> str:
        """The page's address with something changed. Nothing personal is ever in it."""
        at = replace(self, **changed)
        query = {"q": at.question, "tab": at.tab, "pane": at.pane}
        if at.show:
            query["show"] = ",".join(at.show)
        return f"{reverse('reading', args=[reading])}?{urlencode(query)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    """A link that is on or off: a tab, a filter."""

    text: str
    href: str
    is_on: bool


def position(query: Mapping[str, str], reading: ReadingInHand) -> Position:
    """The position a query names; anything it does not know falls back to the start."""
    codes = [each.question.code for each in reading.places]
    first_open = next(
        (each.question.code for each in reading.places if each.applies and not each.is_answered), None
    )
    question = query.get("q", "")
    tab = query.get("tab", "")
    return Position(
        question=question if question in codes else first_open or codes[0],
        tab=tab if tab in TABS else "timeline",
        show=tuple(each for each in query.get("show", "").split(",") if each in GROUPS),
        pane="questions" if query.get("pane") == "questions" else "record",
    )


def tabs(at: Position, reading: ReadingInHand) -> list[Chip]:
    """The tabs of the record."""
    names = {
        "timeline": _("Timeline"),
        "assessments": _("Assessments"),
        "registers": _("Registers"),
        "plan": _("Plan"),
    }
    return [
        Chip(
            text=names[tab],
            href=at.href(reading.uuid, tab=tab, show=(), pane="record"),
            is_on=tab == at.tab,
        )
        for tab in TABS
    ]


def chips(at: Position, reading: ReadingInHand, record: CaseRecord) -> list[Chip]:
    """The filters of the timeline, each with how many entries it has."""
    names = {
        "contacts": _("Contacts"),
        "oversight": _("Oversight"),
        "enquiries": _("Enquiries"),
        "assessments": _("Assessments"),
        "visits": _("Visits"),
        "absences": _("Absences"),
    }
    return [
        Chip(
            text=f"{names[group]} {sum(each.group == group for each in record.timeline)}",
            href=at.href(
                reading.uuid,
                show=tuple(each for each in at.show if each != group)
                if group in at.show
                else (*at.show, group),
                pane="record",
            ),
            is_on=group in at.show,
        )
        for group in GROUPS
    ]


def shown(record: CaseRecord, at: Position, *, words: str) -> tuple[Entry, ...]:
    """The entries of the tab, as the filters and the search leave them."""
    entries: tuple[Entry, ...] = getattr(record, at.tab)
    if at.tab == "timeline" and at.show:
        entries = tuple(each for each in entries if each.group in at.show)
    return tuple(each for each in entries if each.mentions(words)) if words else entries


def entry_tags(entry: Entry) -> list[dict[str, str]]:
    """What stands beside an entry. A source at risk comes first; what was written afterwards says so."""
    tags = []
    if any(each.flag == "do_not_disclose" for each in entry.paragraphs):
        tags.append({"text": _("Do not disclose: source at risk"), "tone": "critical"})
    if entry.after_announcement or any(each.after_announcement for each in entry.paragraphs):
        tags.append({"text": _("Written after the announcement"), "tone": "warning"})
    if entry.written_days_late > 1:
        late = ngettext(
            "Written up %(num)s day later", "Written up %(num)s days later", entry.written_days_late
        )
        tags.append({"text": late % {"num": entry.written_days_late}, "tone": "quiet"})
    if entry.sensitive:
        tags.append({"text": _("Sensitive"), "tone": "info"})
    return tags


def cited_under(reading: ReadingInHand) -> dict[str, list[str]]:
    """For each key of the record, the questions it is cited under."""
    found: dict[str, list[str]] = {}
    for place in reading.places:
        for each in place.evidence:
            found.setdefault(each.key, []).append(place.question.code)
    return found


def steps(at: Position, reading: ReadingInHand) -> tuple[Place | None, Place | None]:
    """The question before and after the one in focus, leaving out those that do not apply."""
    codes = [each.question.code for each in reading.places]
    here = codes.index(at.question)
    before = next((each for each in reversed(reading.places[:here]) if each.because is None), None)
    after = next((each for each in reading.places[here + 1 :] if each.because is None), None)
    return before, after


def question_map(at: Position, reading: ReadingInHand) -> list[dict[str, Any]]:
    """Every question by key question, with where it stands in words."""
    return [
        {
            "code": group.code,
            "title": _(group.title),
            "questions": [_mapped(each, at, reading) for each in places],
        }
        for group, places in groupby(reading.places, key=lambda each: each.key_question)
    ]


def _mapped(place: Place, at: Position, reading: ReadingInHand) -> dict[str, Any]:
    return {
        "code": place.question.code,
        "text": _(place.question.text),
        "href": at.href(reading.uuid, question=place.question.code, pane="questions"),
        "is_here": place.question.code == at.question,
        "state": state_of(place),
        "tone": "none" if place.because else "done" if place.is_answered else "open",
    }


def state_of(place: Place) -> str:
    """Where a question stands, in words."""
    if place.because is not None:
        return _("does not apply")
    if place.is_answered and place.answer is not None:
        return answer_name(place.answer.value)
    return _("waits for %(code)s") % {"code": place.waiting_for} if place.waiting_for else _("open")


def answer_name(value: str) -> str:
    """An answer in words."""
    return {"yes": _("Yes"), "no": _("No"), "does_not_apply": _("Does not apply")}.get(value, "")


def answers_for(framework: Framework, place: Place) -> list[dict[str, Any]]:
    """The answers a question takes."""
    given = place.answer.value if place.answer else ""
    return [
        {
            "value": each.value,
            "text": _(each.label),
            "checked": each.value == given,
            "needs_reason": each.needs_reason,
        }
        for each in framework.scale_of(place.question)
    ]


def fact_name(fact: Fact, value: FactValue) -> str:
    """A fact's value in words; a dash where it is not known."""
    if value is None:
        return "–"
    if fact.kind == "yes_no":
        return _("Yes") if value else _("No")
    if fact.kind == "number":
        return ngettext("%(num)s day", "%(num)s days", int(value)) % {"num": value}
    return next((_(each.label) for each in fact.choices if each.value == value), str(value))


def identity(reading: ReadingInHand, record: CaseRecord | None, framework: Framework) -> list[dict[str, str]]:
    """What the identity bar says besides the name."""
    kinds = code_list("sentence_type")
    level = reading.facts["rosh_assessor"].value if "rosh_assessor" in reading.facts else None
    said = [
        {"label": _("CRN"), "value": reading.crn},
        {"label": _("Order"), "value": kinds.name_of(reading.kind)},
        {"label": _("Began"), "value": day(reading.started_on)},
    ]
    if record is not None:
        said.insert(1, {"label": _("Born"), "value": day(record.person.born_on)})
    if level is not None:
        said.append(
            {"label": _("RoSH, assessor"), "value": fact_name(framework.fact("rosh_assessor"), level)}
        )
    return said


def lines(cases: Sequence[CaseLine]) -> list[dict[str, Any]]:
    """My cases as rows."""
    kinds = code_list("sentence_type")
    return [
        {
            "case": each.case,
            "reading": each.reading,
            "name": _("Case %(number)s of %(of)s") % {"number": each.number, "of": each.of},
            "inspection": each.inspection_name,
            "pdu": each.pdu_name,
            "kind": kinds.name_of(each.kind),
            "started": day(each.started_on),
            "state": each.state,
            "answered": n_of_n(Count(each.answered, each.asked, _("question"), _("questions that apply")))
            if each.reading
            else "",
            "saved": moment(each.saved_at),
            "replaces": each.replaces,
        }
        for each in cases
    ]


def routing_sentence(reading: ReadingInHand, framework: Framework) -> str:
    """Which set of questions, and why, in one sentence."""
    return _("%(instrument)s, because %(because)s.") % {
        "instrument": _(framework.instrument(reading.instrument).title),
        "because": worded(reading.because),
    }


def clock(reading: ReadingInHand) -> str:
    """When the reading was last saved, to the second, in London."""
    return timezone.localtime(reading.saved_at).strftime("%H:%M:%S")
