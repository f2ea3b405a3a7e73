"""The lead's page of findings, and the page behind each figure: its definition and its cases."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse

from assay.access.accounts.models import User
from assay.access.audit.actions import record
from assay.access.audit.types import Subject, Verb, actor_of
from assay.inspection.findings import queries
from assay.inspection.findings.permissions import check_see_findings
from assay.inspection.programmes import queries as programmes
from assay.inspection.programmes.models import Inspection
from assay.web.findings import presenters
from assay.web.rendering import render


def findings(request: HttpRequest, inspection: UUID) -> HttpResponse:
    """One row a finding: sentence, n of N, a dot with its interval, and the way to what is behind it."""
    found = _inspection(request, inspection)
    gathered = queries.gathered(found, user=request.user)
    context = {
        "inspection": programmes.details(found),
        "groups": presenters.groups(gathered, inspection=found),
        "gathered": gathered,
        "profile": gathered.profile,
    }
    return render(request, "findings/findings.jinja", context)


def finding(request: HttpRequest, inspection: UUID, finding: str) -> HttpResponse:
    """A figure's definition and the cases it was counted from. Seeing the list of cases is logged."""
    found = _inspection(request, inspection)
    gathered = queries.gathered(found, user=request.user)
    one = gathered.finding(finding)
    if one is None:
        raise Http404
    assert isinstance(request.user, User)
    with transaction.atomic():
        record(
            Verb.CONSULTATION,
            by=actor_of(request.user),
            subject=(
                Subject("inspection", str(found.uuid)),
                *(Subject("sampled case", each) for each in one.denominator_cases),
            ),
            what="The cases behind a figure were listed",
            details={"finding": one.id},
        )
    context = {
        "inspection": programmes.details(found),
        "row": presenters.row(one, inspection=found),
        "cases": presenters.cases(one, inspection=found, user=request.user),
        **presenters.defined(found.framework_id, finding),
    }
    return render(request, "findings/finding.jinja", context)


def _inspection(request: HttpRequest, uuid: UUID) -> Inspection:
    found = programmes.model(uuid, user=request.user)
    if found is None:
        raise Http404
    check_see_findings(found, request.user)
    return found
