"""Today, open work and the other lists: each person as a card or a row, with what may be done."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from assay.assurance.oversight.types import (
    GoneRow,
    OpenItem,
    OpenWork,
    PersonRow,
    Seen,
    State,
    TextRow,
    Today,
)
from assay.records.codes import code_list
from assay.web.oversight.presenters import words
from assay.web.rendering import day

Tag = dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemCard:
    """One open thing in words."""

    headline: str
    expectation: str
    tags: tuple[Tag, ...]
    came_back: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    href: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonCard:
    """One person as Today shows them."""

    number: int
    name: str
    crn: str
    href: str
    practitioner: str
    risk: str
    severity: Tag
    items: tuple[ItemCard, ...]
    seen: str
    discuss: str
    actions: tuple[Link, ...]
    is_limited: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonLine:
    """One person as a table row shows them; ``open_since`` sorts it."""

    name: str
    crn: str
    href: str
    practitioner: str
    team: str
    risk: str
    severity: Tag
    rank: int
    what: tuple[str, ...]
    states: tuple[Tag, ...]
    open_since: date | None
    until: date | None


def cards(people: Iterable[PersonRow]) -> tuple[PersonCard, ...]:
    return tuple(_card(number, each) for number, each in enumerate(people, start=1))


def lines(people: Iterable[PersonRow]) -> tuple[PersonLine, ...]:
    return tuple(_line(each) for each in people)


def counts_line(found: Today) -> str:
    """ "6 shown of the 94 people with something open." """
    shown, every = len(found.queue.first), found.queue.people
    return ngettext(
        "{shown} shown of the {all} person with something open.",
        "{shown} shown of the {all} people with something open.",
        every,
    ).format(shown=shown, all=every)


def held_line(found: Today) -> str:
    """ "117 people are held here. 9 of them could not be checked for something." """
    held = ngettext("{n} person is held here.", "{n} people are held here.", found.caseload)
    unchecked = ngettext(
        "{n} of them could not be checked for something.",
        "{n} of them could not be checked for something.",
        found.unchecked,
    )
    parts = [held.format(n=found.caseload)]
    if found.unchecked:
        parts.append(unchecked.format(n=found.unchecked))
    return " ".join(parts)


def nothing_line(duties_checked: int) -> str:
    """Never "nothing to do" (promise 5)."""
    return ngettext(
        "Nothing open in the {n} duty checked.", "Nothing open in the {n} duties checked.", duties_checked
    ).format(n=duties_checked)


def unknown_lines(found: Today) -> tuple[str, ...]:
    return tuple(words.unknown_line(duty, count) for duty, count in found.unknown)


def seen_line(seen: Seen) -> str:
    """ "Seen: children's services asked 3 Feb · answered 12 Feb · last assessment 20 Jan"."""
    dated = (
        (_("police asked"), seen.police_asked),
        (_("police answered"), seen.police_answered),
        (_("children's services asked"), seen.children_asked),
        (_("children's services answered"), seen.children_answered),
        (_("last assessment"), seen.last_assessment),
    )
    parts = [f"{name} {day(on)}" for name, on in dated if on is not None]
    if seen.children_known:
        parts.append(
            ngettext(
                "{n} child in the household", "{n} children in the household", seen.children_known
            ).format(n=seen.children_known)
        )
    return " · ".join(parts) if parts else _("no enquiry and no completed assessment")


def text_lines(texts: Iterable[TextRow]) -> list[dict[str, object]]:
    return [
        {
            "href": reverse("record-text", args=[each.text]),
            "name": each.name,
            "crn": each.crn,
            "type": code_list("contact_type").name_of(each.contact_type),
            "happened_on": each.happened_on,
            "made_on": each.made_on,
            "tag": words.text_tag(each.state),
        }
        for each in texts
    ]


def actions_for(reference: UUID) -> tuple[Link, ...]:
    return (
        Link(href=reverse("ask", args=[reference]), text=_("Ask the practitioner")),
        Link(href=reverse("not-now", args=[reference]), text=_("Not now, because…")),
        Link(href=reverse("wrong", args=[reference]), text=_("This is wrong")),
    )


def item_cards(items: Iterable[OpenItem]) -> tuple[ItemCard, ...]:
    """What is open, one card for what belongs together."""
    return tuple(_item_card(group) for group in words.grouped(items))


def _item_card(group: list[OpenItem]) -> ItemCard:
    item = group[0]
    came_back = next((each.text_came_back for each in group if each.text_came_back), None)
    tags = []
    if item.is_backlog:
        tags.append(words.tag(_("Backlog"), "grey"))
    if item.standing == "trial":
        tags.append(words.tag(_("On trial"), "purple"))
    if came_back is not None:
        tags.append(words.tag(_("Came back: not seen in nDelius"), "red"))
    return ItemCard(
        headline=words.headline(item, again=len(group) - 1),
        expectation=words.expectation(item),
        tags=tuple(tags),
        came_back=reverse("record-text", args=[came_back]) if came_back else "",
    )


def _card(number: int, person: PersonRow) -> PersonCard:
    return PersonCard(
        number=number,
        name=person.name,
        crn=person.crn,
        href=reverse("person", args=[person.reference]),
        practitioner=person.practitioner,
        risk=words.risk_line(person.rosh, person.registers),
        severity=words.severity_tag(person.severity),
        items=item_cards(person.items),
        seen=seen_line(person.seen),
        discuss=reverse("discussion", args=[person.reference]),
        actions=actions_for(person.reference),
        is_limited=person.is_limited,
    )


def _line(person: PersonRow) -> PersonLine:
    states = {each.state: words.state_tag(each.state) for each in person.items}
    return PersonLine(
        name=person.name,
        crn=person.crn,
        href=reverse("person", args=[person.reference]),
        practitioner=person.practitioner,
        team=person.team,
        risk=words.risk_line(person.rosh, person.registers),
        severity=words.severity_tag(person.severity),
        rank=person.severity,
        what=tuple(dict.fromkeys(words.duty_name(each.duty) for each in person.items)),
        states=tuple(states.values()),
        open_since=min((each.opened_on for each in person.items), default=None),
        until=min((each.until for each in person.items if each.until is not None), default=None),
    )


TRIAL_SHOWN = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A part of open work, with why it waits."""

    key: str
    title: str
    why: str
    rows: tuple[PersonLine, ...]


def title(units: tuple[str, ...]) -> str:
    """ "Today, Ash team 2"."""
    return _("Today, {units}").format(units=", ".join(units)) if units else _("Today, every team")


def own_cards(people: Iterable[PersonRow]) -> tuple[PersonCard, ...]:
    """The practitioner's own people: what is open, and no deeds of a manager."""
    return cards(people)


def groups(found: OpenWork) -> tuple[Group, ...]:
    """Open work by what it waits for."""
    made = [
        Group(
            key="beyond",
            title=_("Open, after today's six"),
            why=_("They come up as those before them are dealt with, most harm first."),
            rows=lines(found.beyond_six),
        )
    ]
    made += [
        Group(key=str(state), title=str(words.STATES[state][0]), why=str(_WHY[state]), rows=lines(rows))
        for state, rows in found.by_state
    ]
    made.append(
        Group(
            key="not-adopted",
            title=_("Not adopted by the region"),
            why=_("Their window is a starting value. They enter Today when the region adopts it."),
            rows=lines(found.not_adopted),
        )
    )
    made.append(
        Group(
            key="trial",
            title=_("On trial"),
            why=_(
                "These duties are being tried. They are a list apart until reading cases has borne them out."
            ),
            rows=lines(found.on_trial),
        )
    )
    return tuple(each for each in made if each.rows)


_WHY = {
    State.WAITING_FOR_RECORD: gettext_lazy(
        "Done here when a night sees the contact in nDelius. After two working days it comes back to Today."
    ),
    State.ASKED: gettext_lazy("A question is with the practitioner. It comes back after five working days."),
    State.PLANNED: gettext_lazy(
        "Discussed and in nDelius. It comes back on the day agreed, unless the records show it."
    ),
    State.WAITING_FOR_PARTNER: gettext_lazy("It comes back on its review day."),
    State.DECIDED_NOT_TO: gettext_lazy("It comes back on its review day."),
    State.SAID_WRONG: gettext_lazy("It counts as open until a second person agrees."),
}


def gone_lines(rows: Iterable[GoneRow]) -> list[dict[str, object]]:
    return [
        {
            "crn": each.crn,
            "duty": words.duty_name(each.duty),
            "words": _("No longer in the records of {day}").format(day=day(each.last_seen_on)),
            "close": reverse("close-matter", args=[each.matter]),
        }
        for each in rows
    ]
