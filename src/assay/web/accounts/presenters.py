"""Words and links of the account pages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from assay.access.accounts.demonstration import CAST
from assay.access.accounts.models import User
from assay.access.accounts.permissions import open_grants
from assay.access.accounts.queries import names_of_units
from assay.access.accounts.roles import NAMES, Role
from assay.access.notices.types import Waiting
from assay.core.messages import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A role and where it holds."""

    role: str
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeLink:
    """``href`` is empty where the page it led to is no longer there."""

    sentence: Message
    href: str
    made_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Invented:
    """A person to sign in as, in the demonstration."""

    username: str
    name: str
    about: Message


def place_lines(user: User) -> tuple[Line, ...]:
    """Each role of a person, and its unit by name where we know one."""
    grants = open_grants(user)
    names = names_of_units(each.unit_code for each in grants)
    return tuple(
        Line(
            role=_(NAMES[Role(each.role)].id),
            unit=names.get(each.unit_code, each.unit_code) or _("every unit"),
        )
        for each in grants
    )


def notice_links(waiting: Iterable[Waiting]) -> tuple[NoticeLink, ...]:
    """What waits, with the address of the page that deals with it."""
    return tuple(
        NoticeLink(sentence=each.sentence, href=_address(each), made_at=each.made_at) for each in waiting
    )


def demonstration_people(side: str) -> tuple[Invented, ...]:
    """The cast of one side, for the sign-in page of a demonstration."""
    return tuple(Invented(username=each.username, name=each.name, about=each.about) for each in CAST[side])


def _address(notice: Waiting) -> str:
    try:
        return reverse(notice.link_name, args=notice.link_arguments)
    except NoReverseMatch:
        return ""
