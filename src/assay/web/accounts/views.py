"""Sign-in, the account page, and where each person's work begins."""

from __future__ import annotations

from typing import Any

from allauth.account.views import LoginView
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language
from django.views.decorators.http import require_POST

from assay.access.accounts.demonstration import PASSWORD
from assay.access.accounts.models import User
from assay.access.notices.queries import waiting_for
from assay.web.accounts.presenters import demonstration_people, notice_links, place_lines
from assay.web.navigation import first_page
from assay.web.rendering import render


def home(request: HttpRequest) -> HttpResponse:
    """Signed in: the first page this person may open. Signed out: the public home, or the sign-in page."""
    href = first_page(request.user)
    if href:
        return HttpResponseRedirect(href)
    return HttpResponseRedirect(reverse("account" if request.user.is_authenticated else "account_login"))


class SignIn(LoginView):  # type: ignore[misc] # allauth has no types
    """allauth's sign-in; in a demonstration it also lists the people to sign in as."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        if settings.DEMONSTRATION:
            context["people"] = demonstration_people(settings.SIDE)
            context["demonstration_password"] = PASSWORD
        return context


def account(request: HttpRequest) -> HttpResponse:
    """Who you are here: your roles, what waits for you, and your sign-in."""
    assert isinstance(request.user, User)
    context = {
        "places": place_lines(request.user),
        "notices": notice_links(waiting_for(request.user)),
    }
    return render(request, "accounts/account.jinja", context)


@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Keep the language chosen in a cookie, and go back to the page it was chosen on."""
    wanted = request.POST.get("language", "")
    back = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure()):
        back = "/"
    response = HttpResponseRedirect(back)
    if wanted in dict(settings.LANGUAGES) and check_for_language(wanted):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            wanted,
            max_age=365 * 24 * 60 * 60,
            secure=settings.LANGUAGE_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    return response
