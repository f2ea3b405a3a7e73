"""The words of the sheet for supervision."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from assay.assurance.oversight.queries import Sheet
from assay.web.oversight.presenters import histories, queue, words


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetLine:
    name: str
    crn: str
    href: str
    risk: str
    items: tuple[queue.ItemCard, ...]
    states: tuple[dict[str, str], ...]
    last_spoke_on: date | None
    since: tuple[histories.Line, ...]


def sheet_lines(sheet: Sheet) -> tuple[SheetLine, ...]:
    return tuple(
        SheetLine(
            name=each.person.name,
            crn=each.person.crn,
            href=reverse("person", args=[each.person.reference]),
            risk=words.risk_line(each.person.rosh, each.person.registers),
            items=queue.item_cards(each.person.items),
            states=tuple(
                words.state_tag(state) for state in dict.fromkeys(item.state for item in each.person.items)
            ),
            last_spoke_on=each.last_spoke_on,
            since=histories.lines(each.since),
        )
        for each in sheet.people
    )
