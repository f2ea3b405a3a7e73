"""What the forms about one person show: who it is, what is open, the facts to begin from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from assay.assurance.oversight.models import RecordText
from assay.assurance.oversight.types import Ladder, OpenItem, TextState
from assay.records.cases.types import CaseFile
from assay.records.codes import code_list
from assay.web.oversight.presenters import rungs, words
from assay.web.oversight.presenters.queue import ItemCard, item_cards
from assay.web.rendering import day

VISIT_DUTY = "S15"
STAFF_RISK, WEAPONS = "AV2S", "WEAP"

__all__ = [
    "ItemCard",
    "about",
    "choices",
    "chosen",
    "facts",
    "identity_bar",
    "item_cards",
    "single_choices",
    "text_page",
    "visit_risks",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """The identity bar: the name; CRN, age and holder as facts; risk, registers and limits as badges."""

    name: str
    facts: tuple[dict[str, str], ...]
    badges: tuple[dict[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitRisks:
    """What anybody must know before going to the door (promise 8)."""

    assessed: str
    staff: tuple[str, ...]
    weapons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TextPage:
    type: str
    outcome: str
    tag: dict[str, str]
    is_done: bool
    has_come_back: bool


TONES = {"very_high": "critical", "high": "critical", "medium": "warning"}


def identity_bar(file: CaseFile) -> Bar:
    identity, holder = file.identity, file.holder
    held = _("{name}, {team}").format(name=holder.name, team=holder.team) if holder else _("nobody")
    facts = (
        (_("CRN"), identity.crn),
        (_("Age"), str(identity.age(file.as_known_on))),
        (_("Held by"), held),
    )
    level = _level(file)
    badges = [(words.rosh_words(level), TONES.get(level or "", "quiet"))]
    badges += [(words.capitalised(each), "info") for each in _harm(file)]
    if identity.is_limited:
        badges.append((_("Limited access"), "critical"))
    return Bar(
        name=identity.name,
        facts=tuple({"label": label, "value": value} for label, value in facts),
        badges=tuple({"text": text, "tone": tone} for text, tone in badges),
    )


def _level(file: CaseFile) -> str | None:
    return next((each.level for each in reversed(file.rosh) if _is_now(each, file.as_known_on)), None)


def _harm(file: CaseFile) -> list[str]:
    now = (each.code for each in file.registers if _is_now(each, file.as_known_on))
    return words.register_badges(tuple(now))


def choices(items: Iterable[OpenItem]) -> list[tuple[str, str]]:
    """The open things as boxes to tick: one box for what belongs together."""
    return [
        (",".join(str(each.matter) for each in group), words.headline(group[0], again=len(group) - 1))
        for group in words.grouped(items)
    ]


def single_choices(items: Iterable[OpenItem]) -> list[tuple[str, str]]:
    """Each open thing by itself."""
    return [(str(each.matter), words.headline(each)) for each in items]


def chosen(boxes: Iterable[str]) -> list[UUID]:
    """The matters behind the boxes ticked."""
    return [UUID(each) for box in boxes for each in box.split(",")]


def about(items: Iterable[OpenItem], matters: Iterable[UUID]) -> str:
    """What was decided about, in a sentence for each thing."""
    wanted = set(matters)
    groups = words.grouped(each for each in items if each.matter in wanted)
    return " ".join(words.headline(group[0], again=len(group) - 1) for group in groups)


def facts(file: CaseFile, items: Iterable[OpenItem], *, ladders: tuple[Ladder, ...]) -> str:
    """The facts a discussion opens with, one to a line, each with its day."""
    lines = [", ".join([words.rosh_words(_level(file)), *_harm(file)])]
    for group in words.grouped(items):
        lines += [words.headline(group[0], again=len(group) - 1), words.expectation(group[0])]
    for ladder in ladders:
        if ladder.asked_on is None:
            continue
        name = rungs.agency_name(ladder.agency)
        lines.append(
            _("{agency}: asked {asked}, answered {answered}.").format(
                agency=name, asked=day(ladder.asked_on), answered=day(ladder.answered_on)
            )
            if ladder.answered_on
            else _("{agency}: asked {asked}, no answer seen.").format(agency=name, asked=day(ladder.asked_on))
        )
    completed = [each.completed_on for each in file.assessments if each.completed_on]
    lines.append(
        _("Last assessment completed {day}.").format(day=day(max(completed)))
        if completed
        else _("No completed assessment.")
    )
    return "\n".join(dict.fromkeys(lines))


def visit_risks(file: CaseFile) -> VisitRisks:
    """The last home-visit risk assessment, risk to staff and weapons, as the record has them."""
    forms = [each for each in file.timeline if each.code == "MO8"]
    latest = forms[0] if forms else None
    on = file.as_known_on
    staff = [
        _("Registered: {name}, since {day}").format(name=each.name, day=day(each.opened_on))
        for each in file.registers
        if each.code == STAFF_RISK and _is_now(each, on)
    ]
    level = next((each for each in reversed(file.rosh) if _is_now(each, on)), None)
    if level is not None and level.staff:
        staff.append(
            _("Risk of serious harm to staff: {level}").format(
                level=code_list("rosh_level").name_of(level.staff)
            )
        )
    weapons = tuple(
        _("Registered since {day}").format(day=day(each.opened_on))
        for each in file.registers
        if each.code == WEAPONS and _is_now(each, on)
    )
    return VisitRisks(
        assessed=_("{day}: {outcome}").format(day=day(latest.day), outcome=latest.outcome or _("no outcome"))
        if latest
        else "",
        staff=tuple(staff),
        weapons=weapons,
    )


def text_page(text: RecordText) -> TextPage:
    state = TextState(text.state)
    return TextPage(
        type=f"{code_list('contact_type').name_of(text.contact_type)} ({text.contact_type})",
        outcome=code_list("contact_outcome").name_of(text.outcome) if text.outcome else "",
        tag=words.text_tag(state),
        is_done=state is TextState.IN_RECORD,
        has_come_back=state is TextState.RETURNED,
    )


def _is_now(span: object, on: date) -> bool:
    opened, closed = getattr(span, "opened_on"), getattr(span, "closed_on")  # noqa: B009 - several row types
    return bool(opened <= on and (closed is None or closed > on))
