"""What was done about a person, in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse
from django.utils.translation import gettext_lazy

from assay.assurance.oversight.types import HistoryRow
from assay.web.oversight.presenters import words

KINDS = {
    "discussion": gettext_lazy("Discussion"),
    "ask": gettext_lazy("Question to the practitioner"),
    "reply": gettext_lazy("Reply"),
    "waiting_for_partner": gettext_lazy("Not now: waiting for a partner"),
    "decided_not_to": gettext_lazy("Decided not to, for now"),
    "said_wrong": gettext_lazy("Said to be wrong"),
    "second_agrees": gettext_lazy("A second person agreed that it is wrong"),
    "second_does_not_agree": gettext_lazy("A second person did not agree that it is wrong"),
    "cited_analysed": gettext_lazy("Paragraph cited: the answer was analysed"),
    "cited_used": gettext_lazy("Paragraph cited: the answer was used in the plan"),
    "rung_agreed": gettext_lazy("Agreed with the paragraph cited"),
    "rung_not_agreed": gettext_lazy("Did not agree with the paragraph cited"),
    "read": gettext_lazy("Short read: nothing needs attention"),
    "read_missed": gettext_lazy("Short read: something needs attention"),
}
PARTS = {
    "risk": gettext_lazy("What is the risk"),
    "unknown": gettext_lazy("What we do not know"),
    "others": gettext_lazy("Who else should know"),
    "change": gettext_lazy("What will be different"),
    "question": gettext_lazy("Question"),
    "reply": gettext_lazy("Reply"),
    "reason": gettext_lazy("Because"),
    "owner": gettext_lazy("Owner"),
    "note": gettext_lazy("Note"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """``text`` is the page of the text for nDelius, where there is one."""

    what: str
    author: str
    at: datetime
    on: date
    duties: tuple[str, ...]
    words: tuple[tuple[str, str], ...]
    by_when: date | None
    text: str
    text_tag: dict[str, str] | None


def lines(rows: Iterable[HistoryRow]) -> tuple[Line, ...]:
    return tuple(
        Line(
            what=str(KINDS[each.kind]),
            author=each.author,
            at=each.at,
            on=each.on,
            duties=tuple(words.duty_name(duty) for duty in each.matters),
            words=tuple((str(PARTS[name]), said) for name, said in each.words),
            by_when=each.by_when,
            text=reverse("record-text", args=[each.text]) if each.text else "",
            text_tag=words.text_tag(each.text_state) if each.text_state else None,
        )
        for each in rows
    )
