"""Each request sees one pair of snapshot and night, whatever is put in force while it runs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.http import HttpRequest

from assay.records.store import Pair, latest_snapshot, pair_in_force


@dataclass(frozen=True, slots=True, kw_only=True)
class Freshness:
    """What the records on this page are. ``newer`` is the day of records not worked through yet."""

    as_at: date | None
    newer: date | None = None

    @property
    def is_stale(self) -> bool:
        return self.newer is not None


def pair_of(request: HttpRequest) -> Pair | None:
    """The pair this request is pinned to; None where nothing has been put in force yet."""
    # Kept on the request, as Django keeps its user there; its type does not know of it.
    if not hasattr(request, "assay_pair"):
        request.assay_pair = pair_in_force(settings.HOME / "records")  # type: ignore[attr-defined]
    pair: Pair | None = request.assay_pair  # type: ignore[attr-defined]
    return pair


def freshness_of(request: HttpRequest) -> Freshness:
    """Of which day the pinned records are, and whether newer ones wait for a night that did not finish."""
    pair = pair_of(request)
    if pair is None:
        return Freshness(as_at=None)
    latest = latest_snapshot(settings.HOME / "records")
    is_newer = latest is not None and latest.as_at > pair.night.as_at
    return Freshness(as_at=pair.night.as_at, newer=latest.as_at if latest and is_newer else None)
