"""What teams carry, from the workload workbook alone: no case record need ever have been loaded."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from assay.access.accounts.models import User
from assay.assurance.staffing import queries
from assay.assurance.staffing.actions import note_holders_seen
from assay.web.navigation import address_if_allowed
from assay.web.rendering import render
from assay.web.staffing import presenters


@require_GET
def staffing(request: HttpRequest) -> HttpResponse:
    """Teams, or PDUs where there are several; the PDU chosen stands in the address, and names nobody."""
    user = _user(request)
    found = queries.staffing(user=user, pdu=request.GET.get("pdu", ""))
    history = address_if_allowed("staffing-workbooks", user=user)
    if found is None:
        return render(request, "staffing/no_workbook.jinja", {"may_load": history is not None})
    context = {
        "page": found,
        "heading": presenters.heading(found),
        "rows": presenters.rows(found),
        "total": presenters.row(found.total, href=""),
        "grades": presenters.grade_rows(found.grades),
        "limits": presenters.limits(found),
        "whole": request.path if "pdu" in request.GET else "",
        "history": history,
    }
    return render(request, "staffing/staffing.jinja", context)


@require_GET
def team(request: HttpRequest, code: str) -> HttpResponse:
    user = _user(request)
    found = queries.team_page(code, user=user)
    if found is None:
        raise Http404
    note_holders_seen([each.staff_code for each in found.holders], by=user)
    context = {
        "page": found,
        "facts": presenters.team_facts(found),
        "holders": presenters.holder_rows(found.holders),
        "signals": presenters.signals(found),
    }
    return render(request, "staffing/team.jinja", context)


@require_GET
def workbooks(request: HttpRequest) -> HttpResponse:
    """Every workbook kept, with what was taken of it and what was set apart."""
    rows = presenters.workbook_rows(queries.workbooks(user=_user(request)))
    return render(request, "staffing/workbooks.jinja", {"rows": rows})


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User), "the route's permission lets signed-in people through alone"
    return request.user
