"""The pages shown when something is refused, is not there, or goes wrong. None says anything personal."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse

from assay.core.errors import Problem
from assay.core.messages import Message, message
from assay.web.rendering import render

log = logging.getLogger(__name__)

NO_PERMISSION_NAMED = message("This page is closed, because nobody has been given permission to open it.")
NOT_ALLOWED = message("You do not have permission to do this.")


def refused(request: HttpRequest, sentence: Message) -> HttpResponse:
    """403: the sentence of the refusal, and whom to ask."""
    return render(request, "components/refused.jinja", {"sentence": sentence}, status=403)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403 from Django or allauth; their words are not shown, since they were not written for people."""
    return refused(request, NOT_ALLOWED)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: one and the same page for what is not there and for what this person may not know is there."""
    return render(request, "components/not_found.jinja", {}, status=404)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "components/bad_request.jinja", {}, status=400)


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form whose token does not fit: nearly always a page left open over a sign-out."""
    return render(request, "components/form_expired.jinja", {}, status=403)


def too_many(request: HttpRequest) -> HttpResponse:
    """429: somebody, or something, tried too often."""
    return render(request, "components/too_many.jinja", {}, status=429)


def unfit(request: HttpRequest, problems: Sequence[Problem]) -> HttpResponse:
    """422: what was brought cannot be used; says what is wrong and what to do next."""
    return render(request, "components/unfit.jinja", {"problems": problems}, status=422)


def gone_wrong(request: HttpRequest) -> HttpResponse:
    """500: a reference to quote. The log has the reference beside the kind of fault and where it was."""
    reference = "-".join(secrets.token_hex(2).upper() for _ in range(2))
    log.error("fault %s", reference, exc_info=True)
    return render(request, "components/gone_wrong.jinja", {"reference": reference}, status=500)
