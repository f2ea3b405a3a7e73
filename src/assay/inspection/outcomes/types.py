"""What was published through the years, by the inspectorate and not by us."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Precision(StrEnum):
    """How exactly a source says when an outcome was published. A period runs over two calendar years."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    PERIOD = "period"


class Rating(StrEnum):
    """The four words of the scale, best first, and none where the programme gave none."""

    OUTSTANDING = "Outstanding"
    GOOD = "Good"
    REQUIRES_IMPROVEMENT = "Requires improvement"
    INADEQUATE = "Inadequate"
    UNRATED = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedFramework:
    """What a round of inspections rated by. ``maximum`` is 0 where there is no score."""

    id: str
    name: str
    short: str
    standards: int
    maximum: int
    first_year: int
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One published outcome. ``total`` is None where it is not in our source, never worked out from a word.

    ``published`` is the date as the source gives it, as exactly as ``precision`` says and no more.
    ``basis`` is "seen", or "estimated" where no page on the unit was seen.
    """

    framework: PublishedFramework
    unit: str
    visit: int
    unit_type: str
    published: str
    precision: Precision
    rating: Rating
    total: int | None
    total_basis: str
    standards: str
    note: str
    basis: str
    confidence: str
    source: str

    @property
    def years(self) -> tuple[int, ...]:
        """The calendar year of publication, or both years of a period."""
        first = int(self.published[:4])
        return (first, first + 1) if self.precision is Precision.PERIOD else (first,)

    @property
    def sorts_at(self) -> tuple[str, str]:
        """For an order in time: what is known less exactly comes after what is known to the day within it."""
        padded = self.published if self.precision is not Precision.PERIOD else self.published[:4]
        return padded.ljust(10, "9"), self.unit
