"""Which pages a person is offered: those of their side whose own permission lets them in."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, resolve, reverse
from django.utils.translation import gettext, gettext_lazy

from assay.access.accounts.permissions import Someone
from assay.access.accounts.queries import roles_of
from assay.access.accounts.roles import NAMES
from assay.core.errors import Refused
from assay.web.routes import permission_of

# Route name and words, in the order shown. The first that a person may open is where sign-in leads.
PAGES = {
    "service": (
        ("today", gettext_lazy("Today")),
        ("open-work", gettext_lazy("Open work")),
        ("people", gettext_lazy("People")),
        ("second-opinions", gettext_lazy("Second opinions")),
        ("policy-values", gettext_lazy("Policy values")),
        ("staffing", gettext_lazy("Staffing")),
        ("limited-access", gettext_lazy("Limited access")),
    ),
    "inspectorate": (
        ("readings", gettext_lazy("My cases")),
        ("inspections", gettext_lazy("Inspections")),
        ("public-home", gettext_lazy("Published reports")),
        ("outcomes", gettext_lazy("Outcomes")),
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    href: str
    text: str
    is_current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Navigation:
    """``who`` is the signed-in person with their roles in words; empty when signed out."""

    links: tuple[Link, ...]
    who: str


def navigation_for(request: HttpRequest) -> Navigation:
    """The links this person may follow, and who they are."""
    user: Someone = request.user
    links = tuple(
        Link(href=href, text=str(words), is_current=_is_current(request.path, href))
        for name, words in PAGES[settings.SIDE]
        if (href := address_if_allowed(name, user=user))
    )
    return Navigation(links=links, who=_who(user))


def address_if_allowed(name: str, *, user: Someone) -> str | None:
    """The address of a route, or None if it is not here or its permission refuses this person."""
    try:
        href = reverse(name)
    except NoReverseMatch:
        return None
    check = permission_of(resolve(href).func)
    assert check is not None, f"route {name} has no permission"
    try:
        check(user)
    except Refused:
        return None
    return href


def first_page(user: Someone) -> str | None:
    """Where this person's work begins; None if no page of this side is open to them."""
    return next(
        (href for name, _ in PAGES[settings.SIDE] if (href := address_if_allowed(name, user=user))), None
    )


def _is_current(path: str, href: str) -> bool:
    return path == href if href == "/" else path.startswith(href)


def _who(user: Someone) -> str:
    if not user.is_authenticated:
        return ""
    roles = ", ".join(gettext(NAMES[role].id) for role in roles_of(user))
    name: str = user.name
    return f"{name} ({roles})" if roles else name
