"""Words and links of the page of published outcomes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import urlencode

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assay.inspection.outcomes.published import Choice, by_year, frameworks, years
from assay.inspection.outcomes.types import Outcome, Precision, Rating
from assay.web.outcomes.replays import link_of

UNIT_TYPES = {
    "crc": gettext_lazy("Community rehabilitation company"),
    "nps": gettext_lazy("National Probation Service division"),
    "pdu": gettext_lazy("Probation delivery unit"),
    "region": gettext_lazy("Region"),
    "national": gettext_lazy("National"),
}
PER_PAGE = 25
RATINGS = {
    Rating.OUTSTANDING: gettext_lazy("Outstanding"),
    Rating.GOOD: gettext_lazy("Good"),
    Rating.REQUIRES_IMPROVEMENT: gettext_lazy("Requires improvement"),
    Rating.INADEQUATE: gettext_lazy("Inadequate"),
    Rating.UNRATED: gettext_lazy("Not rated"),
}
TAGS = {
    Rating.OUTSTANDING: "govuk-tag--green",
    Rating.GOOD: "govuk-tag--blue",
    Rating.REQUIRES_IMPROVEMENT: "govuk-tag--orange",
    Rating.INADEQUATE: "govuk-tag--red",
    Rating.UNRATED: "govuk-tag--grey",
}
COLUMNS = (
    ("unit", gettext_lazy("Who was inspected")),
    ("published", gettext_lazy("Published")),
    ("rating", gettext_lazy("Overall")),
    ("framework", gettext_lazy("Inspected under")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One outcome as the table shows it. ``replay`` is empty where it was not counted again."""

    unit: str
    visit: str
    unit_type: str
    published: str
    rating: str
    tag: str
    score: str
    framework: str
    standards: tuple[str, ...]
    note: str
    certainty: str
    source: str
    replay: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A column heading that sorts. ``sorted`` is "ascending", "descending" or "none"."""

    text: str
    href: str
    sorted: str


def row(each: Outcome) -> Row:
    return Row(
        unit=each.unit,
        visit=_("again, in a later round") if each.visit > 1 else "",
        unit_type=str(UNIT_TYPES[each.unit_type]),
        published=published(each),
        rating=str(RATINGS[each.rating]),
        tag=TAGS[each.rating],
        score=_score(each),
        framework=each.framework.name,
        standards=tuple(each.standards.split("; ")) if each.standards else (),
        note=each.note,
        certainty=_certainty(each),
        source=each.source,
        replay=link_of(each),
    )


def published(each: Outcome) -> str:
    """The date as exactly as the source gives it: a day, a month, a year, or a period of two years."""
    if each.precision is Precision.DAY:
        return date_format(date.fromisoformat(each.published), "j F Y")
    if each.precision is Precision.MONTH:
        return date_format(date.fromisoformat(f"{each.published}-01"), "F Y")
    if each.precision is Precision.YEAR:
        return each.published
    first, second = each.years
    return _("in the period {first} to {second}").format(first=first, second=second)


def headings(choice: Choice) -> tuple[Heading, ...]:
    """The headings, each a link that sorts by its column, or the other way if it is sorted so already."""
    made = []
    for code, text in COLUMNS:
        mine = choice.order == code
        downwards = not choice.downwards if mine else code == "published"
        made.append(
            Heading(
                text=str(text),
                href=query(replace(choice, order=code, downwards=downwards)),
                sorted=("descending" if choice.downwards else "ascending") if mine else "none",
            )
        )
    return tuple(made)


def query(choice: Choice, *, page: int = 1) -> str:
    """The address of the same page for another choice; what is not chosen is left out, and so is page 1."""
    pairs = {
        "words": choice.words,
        "unit_type": choice.unit_type,
        "framework": choice.framework,
        "rating": choice.rating,
        "year": choice.year,
        "order": choice.order,
        "way": "down" if choice.downwards else "up",
        "page": str(page) if page > 1 else "",
    }
    return "?" + urlencode({name: value for name, value in pairs.items() if value})


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """The rows of one page of the table. ``first`` and ``last`` count from 1; ``pagination`` is what the
    component of that name is given, None where one page holds all."""

    rows: tuple[Row, ...]
    first: int
    last: int
    pagination: dict[str, object] | None


def part(found: Sequence[Outcome], *, choice: Choice, page: int) -> Part:
    """The page asked for, or the last where there are not so many."""
    pages = max(1, -(-len(found) // PER_PAGE))
    page = min(max(page, 1), pages)
    first = (page - 1) * PER_PAGE
    rows = tuple(row(each) for each in found[first : first + PER_PAGE])
    return Part(
        rows=rows,
        first=first + 1,
        last=first + len(rows),
        pagination=_pagination(choice, page=page, pages=pages) if pages > 1 else None,
    )


def _pagination(choice: Choice, *, page: int, pages: int) -> dict[str, object]:
    def href(number: int) -> str:
        return f"{query(choice, page=number)}#all"

    items = [
        {"number": number, "href": href(number), "current": number == page} for number in range(1, pages + 1)
    ]
    made: dict[str, object] = {"landmarkLabel": _("Pages of outcomes"), "items": items}
    if page > 1:
        made["previous"] = {"text": _("Previous"), "href": href(page - 1)}
    if page < pages:
        made["next"] = {"text": _("Next"), "href": href(page + 1)}
    return made


def choices() -> dict[str, list[dict[str, str]]]:
    """What each filter offers, everything first."""
    every = {"value": "", "text": _("All")}
    return {
        "unit_type": [every, *({"value": code, "text": str(text)} for code, text in UNIT_TYPES.items())],
        "framework": [every, *({"value": each.id, "text": each.name} for each in frameworks())],
        "rating": [
            every,
            *({"value": each.value or "unrated", "text": str(RATINGS[each])} for each in Rating),
        ],
        "year": [every, *({"value": str(each), "text": str(each)} for each in reversed(years()))],
    }


def year_table(rows: Sequence[Outcome]) -> tuple[tuple[str, tuple[int, ...], int], ...]:
    """Each year with its number of each rating and in all, for the table beside the chart."""
    return tuple((year, tuple(counts.values()), sum(counts.values())) for year, counts in by_year(rows))


def _score(each: Outcome) -> str:
    if each.total is None:
        return ""
    worded = _("{total} of {maximum}").format(total=each.total, maximum=each.framework.maximum)
    return _("{score}, worked out").format(score=worded) if each.total_basis == "worked out" else worded


def _certainty(each: Outcome) -> str:
    if each.basis == "estimated":
        return _("Worked out from counts of a round; no page on this unit was seen")
    return {
        "high": _("Seen in a source"),
        "medium": _("Seen at second hand"),
        "low": _("Seen in a source, weakly"),
    }[each.confidence]
