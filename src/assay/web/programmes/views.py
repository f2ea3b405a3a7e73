"""Inspections: the list, making one, its overview, its people."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from assay.access.accounts.models import User
from assay.core.errors import Refused
from assay.core.standards import load
from assay.inspection.assessments.queries import progress
from assay.inspection.programmes import actions, queries
from assay.inspection.programmes.models import Inspection
from assay.inspection.programmes.permissions import can_lead
from assay.inspection.programmes.rules import INSPECTOR, PUBLISHER
from assay.web.navigation import address_if_allowed
from assay.web.programmes import presenters
from assay.web.programmes.forms import InspectionForm, PeopleForm, regions
from assay.web.rendering import plain, render


def found(request: HttpRequest, uuid: UUID) -> Inspection:
    """The inspection, or the page for what is not there."""
    inspection = queries.model(uuid, user=request.user)
    if inspection is None:
        raise Http404
    return inspection


def posted_uuid(request: HttpRequest, name: str) -> UUID:
    """The opaque identity posted under a name; what is none leads to the page for what is not there."""
    try:
        return UUID(request.POST.get(name, ""))
    except ValueError:
        raise Http404 from None


def signed_in(request: HttpRequest) -> User:
    """The person, who by the route's permission is signed in."""
    assert isinstance(request.user, User)
    return request.user


@require_GET
def inspections(request: HttpRequest) -> HttpResponse:
    listed = queries.inspections(user=request.user)
    return render(
        request,
        "programmes/inspections.jinja",
        {"rows": presenters.rows(listed), "can_make": _may_make(request)},
    )


def new(request: HttpRequest) -> HttpResponse:
    form = InspectionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = _make(form, by=signed_in(request))
        except Refused as refusal:
            form.add_error(None, plain(refusal.message))
        else:
            messages.success(request, _("The inspection is made. Name its people next."))
            return redirect("inspection-people", uuid=made.uuid)
    return render(request, "programmes/new.jinja", {"form": form}, status=422 if form.errors else 200)


@require_GET
def inspection(request: HttpRequest, uuid: UUID) -> HttpResponse:
    row = found(request, uuid)
    details = queries.details(row)
    lines = progress(row, user=request.user)
    return render(
        request,
        "programmes/inspection.jinja",
        {
            "inspection": details,
            "framework": load(details.framework_id),
            "steps": presenters.steps(details),
            "coverage": presenters.coverage(lines),
            "signed": presenters.signed_of(lines),
            "part_name": presenters.part_name,
            "is_lead": can_lead(row, request.user),
        },
    )


def people(request: HttpRequest, uuid: UUID) -> HttpResponse:
    row = found(request, uuid)
    form = PeopleForm(request.POST or None, region_code=row.region_code, initial=_people_of(row))
    if request.method == "POST" and form.is_valid():
        chosen = [(each, INSPECTOR) for each in form.cleaned_data["inspectors"]]
        chosen += [(each, PUBLISHER) for each in form.cleaned_data["publishers"]]
        by_uuid = {
            str(each.uuid): each for each in User.objects.filter(uuid__in=[each for each, _part in chosen])
        }
        try:
            actions.add_people(
                row, people=[(by_uuid[each], part) for each, part in chosen], by=signed_in(request)
            )
        except Refused as refusal:
            form.add_error(None, plain(refusal.message))
        else:
            return redirect("inspection", uuid=uuid)
    return render(
        request,
        "programmes/people.jinja",
        {"form": form, "inspection": queries.details(row)},
        status=422 if form.errors else 200,
    )


@require_POST
def announce(request: HttpRequest, uuid: UUID) -> HttpResponse:
    actions.announce(found(request, uuid), by=signed_in(request))
    messages.success(
        request, _("The inspection is announced. The frame can be looked at and the sample drawn.")
    )
    return redirect("inspection", uuid=uuid)


@require_POST
def moderate(request: HttpRequest, uuid: UUID) -> HttpResponse:
    actions.moderate(found(request, uuid), by=signed_in(request))
    messages.success(request, _("Moderation is finished. Answers are final."))
    return redirect("inspection", uuid=uuid)


def _make(form: InspectionForm, *, by: User) -> Inspection:
    data = form.cleaned_data
    programme = actions.make_programme(load(data["framework"]).name, framework_id=data["framework"], by=by)
    return actions.make_inspection(
        programme,
        name=data["name"],
        region_code=data["region"],
        region_name=dict(regions())[data["region"]],
        announced_on=data["announced_on"],
        fieldwork_on=data["fieldwork_on"],
        fieldwork_ends_on=data["fieldwork_ends_on"],
        weeks_before=(data["earliest"], data["latest"]),
        by=by,
    )


def _people_of(inspection: Inspection) -> dict[str, list[str]]:
    rows = inspection.memberships.select_related("user")
    return {
        name: [str(each.user.uuid) for each in rows if each.part == part]
        for name, part in (("inspectors", INSPECTOR), ("publishers", PUBLISHER))
    }


def _may_make(request: HttpRequest) -> bool:
    return (
        isinstance(request.user, User) and address_if_allowed("inspection-new", user=request.user) is not None
    )
