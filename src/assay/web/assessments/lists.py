"""My cases: which are shown and in what order, said by the address, so that it works without a script."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assay.inspection.assessments.types import CaseLine
from assay.web.assessments.presenters import Chip

STATES = {
    "new": gettext_lazy("Not begun"),
    "open": gettext_lazy("Being read"),
    "signed": gettext_lazy("Signed"),
}
ORDERS = {
    "number": gettext_lazy("By number"),
    "pdu": gettext_lazy("By PDU"),
    "saved": gettext_lazy("Last saved first"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A state, or "" for all of them; and an order. What an address says and we do not know is left out."""

    show: str
    order: str

    @classmethod
    def of(cls, *, show: str, order: str) -> Choice:
        return cls(show=show if show in STATES else "", order=order if order in ORDERS else "number")

    def href(self) -> str:
        query = {"show": self.show} if self.show else {}
        query |= {"order": self.order} if self.order != "number" else {}
        return f"{reverse('readings')}?{urlencode(query)}" if query else reverse("readings")


def chosen(cases: Sequence[CaseLine], choice: Choice) -> list[CaseLine]:
    """The cases to show. Cases of equal rank stay in the order given, which is by number."""
    shown = [each for each in cases if not choice.show or each.state == choice.show]
    if choice.order == "pdu":
        shown.sort(key=lambda each: each.pdu_name)
    elif choice.order == "saved":
        shown.sort(key=lambda each: each.saved_at.timestamp() if each.saved_at else 0.0, reverse=True)
    return shown


def states(cases: Sequence[CaseLine], choice: Choice) -> list[Chip]:
    """All cases, and each state that any of them is in, with how many."""
    counted = Counter(each.state for each in cases)
    made = [("", _("All"), len(cases))]
    made += [(key, str(text), counted[key]) for key, text in STATES.items() if counted[key]]
    return [
        Chip(
            text=f"{text} ({number})",
            href=Choice(show=key, order=choice.order).href(),
            is_on=choice.show == key,
        )
        for key, text, number in made
    ]


def orders(choice: Choice) -> list[Chip]:
    return [
        Chip(text=str(text), href=Choice(show=choice.show, order=key).href(), is_on=choice.order == key)
        for key, text in ORDERS.items()
    ]
