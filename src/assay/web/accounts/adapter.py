"""How allauth behaves here: nobody signs up, and its own greetings are not shown."""

from __future__ import annotations

from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from assay.access.audit.actions import record
from assay.access.audit.types import Retention, Subject, Verb, actor_of

WORTH_SAYING = {"account/messages/password_changed.txt": _("Your password has been changed.")}


class Adapter(DefaultAccountAdapter):  # type: ignore[misc] # allauth has no types
    """The account adapter named in the settings."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": _("The user name and password do not fit together"),
        "too_many_login_attempts": _("There were too many attempts. Wait 5 minutes, then try again"),
        "enter_current_password": _("This is not the password you have now"),
        "incorrect_password": _("This is not your password"),
        "incorrect_code": _("This code is not right, or it is too old. Enter the one the app shows now"),
        "rate_limited": _("There were too many attempts. Wait a few minutes, then try again"),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def add_message(
        self, request: HttpRequest, level: int, message_template: str | None = None, *args: Any, **kwargs: Any
    ) -> None:
        """Say only what the page that follows does not show by itself; nobody needs to be greeted."""
        said = WORTH_SAYING.get(message_template or "")
        if said:
            messages.success(request, said)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account")

    def post_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> Any:
        with transaction.atomic():
            record(
                Verb.CONSULTATION,
                by=actor_of(user),
                subject=Subject("user", str(user.uuid)),
                what="Signed in",
                retention=Retention.SECURITY,
            )
        return super().post_login(request, user, **kwargs)
