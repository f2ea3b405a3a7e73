"""A view's reader: the pair the request is pinned to, opened for as long as the view runs."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponseBase

from assay.access.accounts.models import User
from assay.assurance.oversight import queries
from assay.assurance.oversight.permissions import Position
from assay.records.cases.queries import crn_of
from assay.records.store import Reader, open_pair
from assay.web.pinning import pair_of
from assay.web.rendering import render


def with_reader(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Gives a view the reader after the request; before the first night, a page that says so."""

    @wraps(view)
    def opened(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        pair = pair_of(request)
        if pair is None:
            return render(request, "oversight/no_night.jinja", {})
        with open_pair(pair) as reader:
            return view(request, reader, *args, **kwargs)

    return opened


def user_of(request: HttpRequest) -> User:
    assert isinstance(request.user, User), "the route's permission lets signed-in people through alone"
    return request.user


def position_or_404(request: HttpRequest, reader: Reader, reference: UUID) -> Position:
    """Where the case stands. Absent, barred and another unit's are one and the same page (promise 7)."""
    crn = crn_of(reference)
    position = queries.case_position(reader, crn, user=user_of(request)) if crn else None
    if position is None:
        raise Http404
    return position
