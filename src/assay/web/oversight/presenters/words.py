"""The words for codes, duties, states and windows, in one place so that every page says them alike."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from assay.assurance.duties.types import Duty
from assay.assurance.oversight.queries.windows import duties_by_code
from assay.assurance.oversight.types import OpenItem, State, TextState, UsedWindow
from assay.core.figures import Count
from assay.core.messages import Message
from assay.core.policy import Window
from assay.records.codes import code_list
from assay.web.rendering import day

SEVERITY = {
    1: (gettext_lazy("Advisory"), "grey"),
    2: (gettext_lazy("Moderate"), "yellow"),
    3: (gettext_lazy("Serious"), "orange"),
    4: (gettext_lazy("Critical"), "red"),
}
STATES = {
    State.OPEN: (gettext_lazy("Open"), "blue"),
    State.ASKED: (gettext_lazy("With the practitioner"), "purple"),
    State.WAITING_FOR_RECORD: (gettext_lazy("Waiting for nDelius"), "yellow"),
    State.WAITING_FOR_PARTNER: (gettext_lazy("Waiting for a partner"), "yellow"),
    State.PLANNED: (gettext_lazy("Planned"), "turquoise"),
    State.DECIDED_NOT_TO: (gettext_lazy("Decided not to, for now"), "grey"),
    State.SAID_WRONG: (gettext_lazy("Said to be wrong"), "pink"),
    State.WRONG: (gettext_lazy("Wrong, two people agree"), "grey"),
    State.MET: (gettext_lazy("Met in the records"), "green"),
    State.GONE: (gettext_lazy("No longer in the records"), "grey"),
    State.CLOSED: (gettext_lazy("Closed"), "grey"),
    State.JOINED: (gettext_lazy("Joined to another"), "grey"),
}
TEXT_STATES = {
    TextState.WAITING: (gettext_lazy("Waiting for nDelius"), "yellow"),
    TextState.RETURNED: (gettext_lazy("Came back: not seen in nDelius"), "red"),
    TextState.IN_RECORD: (gettext_lazy("In nDelius"), "green"),
}
DUTY_STATES = {
    "missed": (gettext_lazy("Not seen"), "red"),
    "due": (gettext_lazy("Due"), "yellow"),
    "not_due": (gettext_lazy("Not due yet"), "grey"),
    "met": (gettext_lazy("Met"), "green"),
    "met_late": (gettext_lazy("Met after its day"), "turquoise"),
    "exempt": (gettext_lazy("Excused"), "grey"),
    "unknown": (gettext_lazy("Could not be checked"), "purple"),
    "not_applicable": (gettext_lazy("Does not apply"), "grey"),
}
# Shown in this order; registers that say nothing about harm are left to the record.
HARM_BADGES = {
    "RCPR": gettext_lazy("child protection plan"),
    "RCHD": gettext_lazy("risk to children"),
    "RCCO": gettext_lazy("child concerns"),
    "ADVP": gettext_lazy("domestic abuse perpetrator"),
    "REG30": gettext_lazy("domestic abuse history"),
    "SPO": gettext_lazy("stalking protection order"),
    "ARSO": gettext_lazy("sexual offences register"),
    "MAPP": gettext_lazy("MAPPA"),
    "RVAD": gettext_lazy("adult at risk"),
    "AV2S": gettext_lazy("risk to staff"),
    "WEAP": gettext_lazy("weapons"),
    "RTAO": gettext_lazy("terrorism"),
}
_HEADLINES = {
    "S01": gettext_lazy("No enquiry to police about domestic abuse has been seen since {day}."),
    "S04": gettext_lazy("No enquiry to children's services has been seen since {day}."),
    "S06": gettext_lazy("Children's services answered on {day}; no assessment has been completed since."),
    "S15": gettext_lazy("No home visit has been seen since {day}."),
    "S16": gettext_lazy("No attended appointment has been seen since {day}."),
    "S21": gettext_lazy("No management oversight has been seen since {day}."),
}
# What each duty expects to see. A gap in contact is what is found where contact was expected.
_EXPECTED = {
    "S01": gettext_lazy("an enquiry to police about domestic abuse"),
    "S04": gettext_lazy("an enquiry to children's services"),
    "S06": gettext_lazy("an assessment since the answer"),
    "S15": gettext_lazy("a home visit"),
    "S16": gettext_lazy("an appointment kept face to face"),
    "S21": gettext_lazy("management oversight"),
}
_UNKNOWN = {
    "S01": gettext_lazy("for police answers about domestic abuse"),
    "S04": gettext_lazy("for children"),
    "S06": gettext_lazy("for answers of children's services"),
    "S15": gettext_lazy("for home visits"),
    "S16": gettext_lazy("for contact"),
    "S21": gettext_lazy("for management oversight"),
}


def plain(value: Message) -> str:
    """A message in the reader's language as plain text; the template escapes it."""
    values = {name: day(each) if isinstance(each, date) else each for name, each in value.values.items()}
    return _(value.id).format(**values)


def tag(words: object, colour: str) -> dict[str, str]:
    """What the GOV.UK tag macro takes. The word carries the meaning, the colour repeats it."""
    return {"text": str(words), "classes": f"govuk-tag--{colour}"}


def severity_tag(severity: int) -> dict[str, str]:
    return tag(*SEVERITY[min(max(severity, 1), 4)])


def state_tag(state: State) -> dict[str, str]:
    return tag(*STATES[state])


def text_tag(state: TextState) -> dict[str, str]:
    return tag(*TEXT_STATES[state])


def duty_tag(state: str) -> dict[str, str]:
    return tag(*DUTY_STATES[state])


def duty_of(code: str) -> Duty | None:
    return duties_by_code().get(code)


def duty_name(code: str) -> str:
    """The duty's name; its code if the catalogue no longer has it."""
    found = duty_of(code)
    return plain(found.name) if found else code


def rosh_words(level: str | None) -> str:
    """ "High RoSH", never "high risk"; says so where nobody recorded a level."""
    if level is None:
        return _("RoSH not recorded")
    return _("{level} RoSH").format(level=code_list("rosh_level").name_of(level))


def register_badges(registers: tuple[str, ...]) -> list[str]:
    return [str(words) for code, words in HARM_BADGES.items() if code in registers]


def risk_line(rosh: str | None, registers: tuple[str, ...]) -> str:
    """ "High RoSH · child protection plan"."""
    return " · ".join([rosh_words(rosh), *register_badges(registers)])


def headline(item: OpenItem, *, again: int = 0) -> str:
    """One sentence: what the record does not show, from which day. Starting values never say late.

    ``again`` counts later events that asked for the same thing of the same person.
    """
    since = day(item.triggered_on or item.opened_on)
    known = _HEADLINES.get(item.duty)
    first = (
        str(known).format(day=since)
        if known is not None
        else _("{duty}: nothing has been seen since {day}.").format(duty=duty_name(item.duty), day=since)
    )
    if not again:
        return first
    more = ngettext(
        "{n} later event asked for it again.", "{n} later events asked for it again.", again
    ).format(n=again)
    return f"{first} {more}"


def grouped(items: Iterable[OpenItem]) -> list[list[OpenItem]]:
    """Open things of one duty in one state go together: the first speaks, the others are counted."""
    found: dict[tuple[str, State], list[OpenItem]] = {}
    for item in items:
        found.setdefault((item.duty, item.state), []).append(item)
    groups = [
        sorted(each, key=lambda i: (i.triggered_on or i.opened_on, i.lapse_id)) for each in found.values()
    ]
    return sorted(groups, key=lambda each: (-max(i.severity for i in each), each[0].opened_on))


def length(window: Window | UsedWindow) -> str:
    """ "10 working days"; a window of nothing is the same day."""
    if not window.value:
        return _("the same day")
    if window.unit == "working_days":
        return ngettext("{n} working day", "{n} working days", window.value).format(n=window.value)
    if window.unit == "weeks":
        return ngettext("{n} week", "{n} weeks", window.value).format(n=window.value)
    return ngettext("{n} day", "{n} days", window.value).format(n=window.value)


def expectation(item: OpenItem) -> str:
    """What was expected, by when, and how far that may be relied on (promise 4)."""
    expected = str(_EXPECTED.get(item.duty) or duty_name(item.duty))
    if item.window is None:
        return _("Expected: {duty}.").format(duty=expected)
    if not item.is_starting_value:
        within = _or_same_day(_("within {window}"), item.window)
        return _("Expected: {duty}, {within}, by {due}.").format(
            duty=expected, within=within, due=day(item.due_on)
        )
    expected, after = capitalised(expected), _or_same_day(_("after {window}"), item.window)
    if item.adopted_on is None:
        return _("{duty}: not seen {after} (starting value, not adopted by the region).").format(
            duty=expected, after=after
        )
    return _("{duty}: not seen {after} (starting value, adopted by the region {day}).").format(
        duty=expected, after=after, day=day(item.adopted_on)
    )


def capitalised(text: str) -> str:
    """With a capital letter first; the rest, which may be a name, as it is."""
    return text[:1].upper() + text[1:]


def _or_same_day(words: str, window: UsedWindow) -> str:
    return words.format(window=length(window)) if window.value else _("the same day")


def unknown_line(duty: str, count: Count) -> str:
    """ "9 of 94 people could not be checked for police answers." """
    subject = str(_UNKNOWN.get(duty, "")) or _("for {duty}").format(duty=duty_name(duty))
    return ngettext(
        "{n} of {all} people could not be checked {subject}.",
        "{n} of {all} people could not be checked {subject}.",
        count.numerator,
    ).format(n=count.numerator, all=count.denominator, subject=subject)


def short_day(value: date) -> str:
    """ "3 Feb", for a line of dates whose year is clear from the page."""

    return formats.date_format(value, "j M")
