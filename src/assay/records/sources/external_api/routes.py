"""What is asked for of each person, at which address, and how its pages are counted.

Read in the published source of the service. An installation that may ask the case-detail service behind it
asks that for supervisions and contacts, since it gives codes and officers where the External API gives names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from urllib.parse import quote

PER_PAGE = 100


class Paging(StrEnum):
    """``data`` with ``pagination``, pages from 1; ``content`` with ``totalPages``, from 0; or one page."""

    ENVELOPE = "envelope"
    CONTENT = "content"
    ENVELOPE_ALONE = "envelope_alone"
    ALONE = "alone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One thing to ask for. A person for whom an ``essential`` one is not given is left out whole: a record
    without its contacts or its limits would say what is not so. ``upstream`` routes have their own base."""

    name: str
    path: str
    paging: Paging
    essential: bool = False
    upstream: bool = False
    more: tuple[tuple[str, str], ...] = ()

    def address(self, crn: str, page: int) -> str:
        """Where a path has a ``number``, it is the page's: each supervision has one answer of its own."""
        return self.path.format(crn=quote(crn, safe=""), number=page)

    def parameters(self, page: int) -> Mapping[str, str | int]:
        """``page`` is counted from 0, whatever the service counts from."""
        if self.paging is Paging.ENVELOPE:
            return {"page": page + 1, "perPage": PER_PAGE}
        if self.paging is Paging.CONTENT:
            return {"page": page, "size": PER_PAGE, **dict(self.more)}
        return {}

    def items(self, body: Any) -> list[Any]:
        """The rows of a page; ``ValueError`` if the answer is not built as the route says."""
        if not isinstance(body, Mapping):
            raise ValueError("not an object")
        if self.paging is Paging.ALONE:
            return [body]
        name = "content" if self.paging is Paging.CONTENT else "data"
        if name not in body:
            raise ValueError(f"no {name}")
        found = body[name]
        if found is None:
            return []
        return list(found) if isinstance(found, list) else [found]

    def is_last(self, body: Mapping[str, Any], page: int) -> bool:
        """Whether this was the last page; ``ValueError`` if the service lost count, so that nobody asks for
        ever."""
        if self.paging is Paging.ENVELOPE:
            said = body.get("pagination")
            if not isinstance(said, Mapping):
                raise ValueError("no pagination")
            if said.get("page", page + 1) != page + 1:
                raise ValueError("another page than was asked for")
            return bool(said.get("isLastPage")) or page + 1 >= int(said.get("totalPages") or 0)
        if self.paging is Paging.CONTENT:
            return page + 1 >= int(body.get("totalPages") or 0)
        return True


PERSON = Route(name="person", path="/v1/persons/{crn}", paging=Paging.ENVELOPE_ALONE, essential=True)
LIMITS = Route(
    name="access-limitations",
    path="/v1/persons/{crn}/access-limitations",
    paging=Paging.ENVELOPE_ALONE,
    essential=True,
)
OFFICER = Route(
    name="person-responsible-officer",
    path="/v1/persons/{crn}/person-responsible-officer",
    paging=Paging.ENVELOPE_ALONE,
)
SENTENCES = Route(
    name="sentences", path="/v1/persons/{crn}/sentences", paging=Paging.ENVELOPE, essential=True
)
CONTACTS = Route(
    name="contact-events",
    path="/v1/persons/{crn}/contact-events",
    paging=Paging.ENVELOPE,
    essential=True,
)
DYNAMIC = Route(
    name="risks-dynamic", path="/v1/persons/{crn}/risks/dynamic", paging=Paging.ENVELOPE, essential=True
)
STATUS = Route(name="status-information", path="/v1/persons/{crn}/status-information", paging=Paging.ENVELOPE)
MAPPA = Route(
    name="risks-mappadetail", path="/v1/persons/{crn}/risks/mappadetail", paging=Paging.ENVELOPE_ALONE
)
HARM = Route(
    name="risks-serious-harm",
    path="/v1/persons/{crn}/risks/serious-harm",
    paging=Paging.ENVELOPE_ALONE,
)
SCORES = Route(name="risks-scores", path="/v1/persons/{crn}/risks/scores", paging=Paging.ENVELOPE)
PLANS = Route(
    name="risk-management-plan",
    path="/v1/persons/{crn}/risk-management-plan",
    paging=Paging.ENVELOPE,
)
SUMMARY = Route(
    name="assessment-summary",
    path="/v1/persons/{crn}/assessment-summary",
    paging=Paging.ENVELOPE_ALONE,
)
ADDRESSES = Route(name="addresses", path="/v1/persons/{crn}/addresses", paging=Paging.ENVELOPE_ALONE)
NEEDS = Route(name="needs", path="/v1/persons/{crn}/needs", paging=Paging.ENVELOPE_ALONE)
SUPERVISIONS = Route(
    name="supervisions",
    path="/case/{crn}/supervisions",
    paging=Paging.ALONE,
    essential=True,
    upstream=True,
)
DETAILS = Route(
    name="person-details",
    path="/v1/epf/person-details/{crn}/{number}",
    paging=Paging.ENVELOPE_ALONE,
)
LOGGED = Route(
    name="contacts",
    path="/case/{crn}/contacts",
    paging=Paging.CONTENT,
    essential=True,
    upstream=True,
    more=(("mappaCategories", "0,1,2,3,4"),),
)

BOTH_WAYS = (PERSON, LIMITS, DYNAMIC, STATUS, MAPPA, HARM, SCORES, PLANS, SUMMARY, ADDRESSES)
OUTSIDE = (OFFICER, SENTENCES, CONTACTS)
BEHIND = (SUPERVISIONS, LOGGED)
BY_NAME: Mapping[str, Route] = {each.name: each for each in (*BOTH_WAYS, *OUTSIDE, *BEHIND, DETAILS, NEEDS)}


def routes(*, upstream: bool, needs: bool) -> tuple[Route, ...]:
    """What to ask for. Needs are asked for only where someone has said what they are to be read as: nothing
    is collected that has no use."""
    return (*BOTH_WAYS, *(BEHIND if upstream else OUTSIDE), *((NEEDS,) if needs else ()))
