"""Ladders in words, and the paragraphs that may be cited for their upper rungs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from assay.assurance.oversight.types import Ladder, Rung
from assay.core.dates import london_day
from assay.records.cases.types import CaseFile, Words
from assay.records.codes import code_list
from assay.web.rendering import day

AGENCIES = {"police": gettext_lazy("Police"), "childrens_services": gettext_lazy("Children's services")}
RUNGS = {
    "asked": gettext_lazy("Asked"),
    "answered": gettext_lazy("Answered"),
    "analysed": gettext_lazy("Analysed"),
    "used": gettext_lazy("Used in the plan"),
}
SAID = {
    "done": gettext_lazy("Yes"),
    "none": gettext_lazy("Not seen"),
    "waiting": gettext_lazy("Waiting for a second person"),
    "unknown": gettext_lazy("The record cannot say"),
    "not_applicable": gettext_lazy("Not reached"),
}
EXCERPT = 180


@dataclass(frozen=True, slots=True, kw_only=True)
class RungCard:
    """One rung as the page shows it. ``cite`` leads to choosing a paragraph, ``agree`` takes agreement."""

    name: str
    state: str
    on: str
    gap: str
    says: tuple[str, ...]
    quote: str
    quote_where: str
    cite: str
    agree: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LadderCard:
    agency: str
    needed_on: date | None
    is_needed: bool
    rungs: tuple[RungCard, ...]


def cards(
    ladders: tuple[Ladder, ...], file: CaseFile, *, may_cite: bool, may_agree: bool
) -> tuple[LadderCard, ...]:
    return tuple(_card(each, file, may_cite=may_cite, may_agree=may_agree) for each in ladders)


def agency_name(agency: str) -> str:
    return str(AGENCIES.get(agency, agency))


def agency_of(file: CaseFile, enquiry_id: str) -> str:
    """The agency an enquiry went to, as its text names it."""
    return next((each.agency_name for each in file.enquiries if each.enquiry_id == enquiry_id), "")


def reply_words(file: CaseFile, enquiry_id: str) -> list[str]:
    """The paragraphs of an answer."""
    return [
        paragraph
        for enquiry in file.enquiries
        if enquiry.enquiry_id == enquiry_id
        for each in enquiry.words
        for paragraph in each.paragraphs
    ]


def paragraph_choices(file: CaseFile, *, since: date) -> list[tuple[str, str]]:
    """Paragraphs of assessments, plans and notes written since the answer, newest first, as form choices."""
    written = sorted(
        (
            each
            for each in file.words
            if each.subject in ("assessment", "plan_row", "contact") and london_day(each.written_at) >= since
        ),
        key=lambda each: (each.written_at, each.words_id),
        reverse=True,
    )
    return [
        (f"{each.words_id}:{number}", _where(each) + ": " + _excerpt(paragraph))
        for each in written
        for number, paragraph in enumerate(each.paragraphs, start=1)
    ]


def cited_where(file: CaseFile, words_id: str, paragraph: int) -> str:
    """ "Relationships and household, 3 March 2026, paragraph 2"; empty if the words are gone."""
    found = _find(file, words_id)
    return _("{where}, paragraph {n}").format(where=_where(found), n=paragraph) if found else ""


def _card(ladder: Ladder, file: CaseFile, *, may_cite: bool, may_agree: bool) -> LadderCard:
    person = file.identity.reference
    rungs = []
    for rung in ladder.rungs:
        upper = rung.name in ("analysed", "used")
        claim = rung.claim
        may_be_cited = upper and may_cite and ladder.answered_on is not None and claim is None
        waits = claim is not None and claim.agreed is None and may_agree and not claim.by_own
        cited = _find(file, claim.words_id) if claim else None
        rungs.append(
            RungCard(
                name=str(RUNGS[rung.name]),
                state=rung.state,
                on=day(rung.on),
                gap=_gap(rung),
                says=tuple(filter(None, (_says(rung, ladder), _detail(rung, ladder)))),
                quote=cited.paragraphs[claim.paragraph - 1] if cited and claim else "",
                quote_where=cited_where(file, claim.words_id, claim.paragraph) if claim else "",
                cite=reverse("cite", args=[person, ladder.agency, rung.name]) if may_be_cited else "",
                agree=reverse("agree-rung", args=[claim.claim]) if waits and claim else "",
            )
        )
    return LadderCard(
        agency=agency_name(ladder.agency),
        needed_on=ladder.needed_on,
        is_needed=ladder.needed_on is not None or ladder.asked_on is not None,
        rungs=tuple(rungs),
    )


def _says(rung: Rung, ladder: Ladder) -> str:
    """What is known of a rung without a day. For the upper two that is what came after the answer."""
    if rung.on is not None:
        return ""
    if rung.name in ("analysed", "used") and rung.claim is None and ladder.answered_on is not None:
        if ladder.assessed_on is not None:
            return _(
                "An assessment was completed since the answer, on {day}. Nobody has said what it made of it."
            ).format(day=day(ladder.assessed_on))
        return _("No assessment has been completed since the answer.")
    return str(SAID[rung.state])


def _detail(rung: Rung, ladder: Ladder) -> str:
    if rung.name == "answered" and rung.state == "done" and ladder.reply:
        return code_list("enquiry_reply").name_of(ladder.reply)
    claim = rung.claim
    if claim is None:
        return ""
    if claim.agreed:
        return _("{author} says so; {second} agrees").format(author=claim.by, second=claim.second)
    return _("{author} says so").format(author=claim.by)


def _gap(rung: Rung) -> str:
    if rung.gap is None:
        return ""
    return ngettext("{n} day later", "{n} days later", rung.gap).format(n=rung.gap)


def _find(file: CaseFile, words_id: str) -> Words | None:
    return next((each for each in file.words if each.words_id == words_id), None)


def _where(words: Words) -> str:
    return _("{section}, {day}").format(section=words.section_name, day=day(london_day(words.written_at)))


def _excerpt(paragraph: str) -> str:
    return paragraph if len(paragraph) <= EXCERPT else paragraph[:EXCERPT].rstrip() + "…"
