"""The doors: nobody passes into a view without its permission, and a refusal becomes a page."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.auth.views import redirect_to_login
from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import resolve_url

from assay.access.accounts.models import User
from assay.core.errors import Refused, Unfit
from assay.web import errors
from assay.web.routes import permission_of

GetResponse = Callable[[HttpRequest], HttpResponse]


def doors(get_response: GetResponse) -> GetResponse:
    """Deny by default. Signed-out people are asked to sign in, and come back to the page they wanted."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if "Cache-Control" not in response and getattr(request, "user", None) is not None:
            # A page seen by a signed-in person must not be found again with the browser's back button.
            response["Cache-Control"] = "no-store" if request.user.is_authenticated else "no-cache"
        return response

    def process_view(
        request: HttpRequest, view: object, args: object, kwargs: object
    ) -> HttpResponseBase | None:
        check = permission_of(view)
        if check is None:
            return errors.refused(request, errors.NO_PERMISSION_NAMED)
        if isinstance(request.user, User):
            # A page asks a dozen times what the person may do: the grants are read once for a request.
            prefetch_related_objects([request.user], "grants")
        try:
            check(request.user)
        except Refused as refusal:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path(), resolve_url("account_login"))
            return errors.refused(request, refusal.message)
        return None

    def process_exception(request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Refused):
            return errors.refused(request, exception.message)
        if isinstance(exception, Unfit):
            return errors.unfit(request, exception.problems)
        return None

    # Django looks for both on the function itself, which has no type for them.
    middleware.process_view = process_view  # type: ignore[attr-defined]
    middleware.process_exception = process_exception  # type: ignore[attr-defined]
    return middleware
