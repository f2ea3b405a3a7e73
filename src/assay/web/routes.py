"""Every page's address, and who may open it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponseBase
from django.urls import URLPattern, path

from assay.access.accounts.permissions import Check

View = Callable[..., HttpResponseBase]


def route(pattern: str, view: View, *, permission: Check, name: str) -> URLPattern:
    """A path whose view runs only if ``permission`` lets the person through.

    The check itself is made by ``middleware.doors``, which refuses any view that carries none. What may be
    seen of one case or inspection is checked where it is read.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        return view(request, *args, **kwargs)

    # Functions may carry more than their type knows; ``permission_of`` reads it.
    guarded.permission = permission  # type: ignore[attr-defined]
    return path(pattern, guarded, name=name)


def permission_of(view: object) -> Check | None:
    """The check a route was made with; None for a view that was not made by :func:`route`."""
    return getattr(view, "permission", None)
