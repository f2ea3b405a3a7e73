"""Writing, reading and releasing a report."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from assay.access.accounts.models import User
from assay.inspection.programmes import queries as programmes
from assay.inspection.programmes.models import Inspection
from assay.inspection.programmes.permissions import can_lead
from assay.inspection.recommendations import actions as recommending
from assay.inspection.recommendations.queries import recommendations
from assay.inspection.recommendations.types import ADDRESSEES, Addressee
from assay.inspection.reports import actions, queries
from assay.inspection.reports.documents import pdf
from assay.inspection.reports.models import Report
from assay.inspection.reports.permissions import can_release
from assay.inspection.reports.states import NAMES, State
from assay.inspection.samples.store import home_of
from assay.records.store import is_synthetic
from assay.web.rendering import render
from assay.web.reports import presenters
from assay.web.reports.forms import NoteForm, RecommendForm, ReleaseForm, WriteForm


def report(request: HttpRequest, inspection: UUID) -> HttpResponse:
    """Where the report of an inspection stands: its versions, its recommendations, what can be done next."""
    found = _inspection(request, inspection)
    user = _user(request)
    versions = queries.versions(found, user=user)
    context = {
        "inspection": programmes.details(found),
        "versions": [presenters.version_line(each) for each in versions],
        "working": next((each for each in versions if each.state != State.RELEASED), None),
        "names": NAMES,
        "states": State,
        "may_lead": can_lead(found, user),
        "may_begin": found.state in ("moderated", "published"),
        "recommendations": recommendations(found, user=user),
        "addressees": ADDRESSEES,
        "recommend_form": RecommendForm(),
        "note_form": NoteForm(),
    }
    return render(request, "reports/report.jinja", context)


@require_POST
def begin(request: HttpRequest, inspection: UUID) -> HttpResponse:
    """Begin the report, or its next version."""
    found = _inspection(request, inspection)
    made = actions.begin(
        found,
        by=_user(request),
        synthetic=is_synthetic(home_of(found.uuid)) is not False,
        revision_note=request.POST.get("note", ""),
    )
    return HttpResponseRedirect(reverse("report-write", args=(made.uuid,)))


def write(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Write the words of a draft."""
    found = _report(request, uuid)
    given = {"title": found.title, "judgement": found.judgement, "limits": found.limits}
    form = WriteForm(request.POST if request.method == "POST" else None, initial=given)
    if request.method == "POST" and form.is_valid():
        actions.write(found, by=_user(request), **form.cleaned_data)
        messages.success(request, _("What you wrote is saved."))
        return HttpResponseRedirect(reverse("report-preview", args=(found.uuid,)))
    context = {"report": found, "inspection": found.inspection, "form": form}
    return render(request, "reports/write.jinja", context)


@require_POST
def recommend(request: HttpRequest, inspection: UUID) -> HttpResponse:
    """Add a recommendation."""
    found = _inspection(request, inspection)
    form = RecommendForm(request.POST)
    if not form.is_valid():
        context = {"inspection": found, "form": form}
        return render(request, "reports/recommend.jinja", context)
    given = form.cleaned_data
    recommending.recommend(
        found,
        by=_user(request),
        addressee=Addressee(given["addressee"]),
        theme=given["theme"],
        text=None if given["not_in_source"] else given["text"],
    )
    messages.success(request, _("The recommendation is added."))
    return HttpResponseRedirect(reverse("report", args=(found.uuid,)))


@require_POST
def withdraw(request: HttpRequest, inspection: UUID, recommendation: UUID) -> HttpResponse:
    """Take a recommendation back."""
    found = _inspection(request, inspection)
    recommending.withdraw(found, by=_user(request), uuid=recommendation)
    messages.success(request, _("The recommendation is withdrawn."))
    return HttpResponseRedirect(reverse("report", args=(found.uuid,)))


def preview(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """A version as it will be read, with what can be done to it."""
    found = _report(request, uuid)
    user = _user(request)
    content = queries.content(found, user=user)

    def behind(finding: str) -> str:
        return reverse("finding", args=(found.inspection.uuid, finding))

    context = {
        "report": found,
        "inspection": found.inspection,
        "page": presenters.page(content, address=behind),
        "state_name": NAMES[State(found.state)],
        "steps": found.steps.select_related("by"),
        "names": NAMES,
        "states": State,
        "may_write": found.state == State.DRAFT and can_lead(found.inspection, user),
        "may_release": found.state == State.READY and can_release(found, user),
        "note_form": NoteForm(),
        "release_form": ReleaseForm(),
    }
    return render(request, "reports/preview.jinja", context)


def preview_pdf(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """A version as its PDF will be."""
    found = _report(request, uuid)
    content = queries.content(found, user=_user(request))
    made = pdf(content, words=presenters.pdf_words(content), made_at=found.released_at or timezone.now())
    response = HttpResponse(made, content_type="application/pdf")
    response["Content-Disposition"] = 'inline; filename="draft.pdf"'
    return response


@require_POST
def send(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Hand a draft to the second person."""
    found = _report(request, uuid)
    actions.send_for_release(found, by=_user(request))
    messages.success(request, _("The report is with the second person now."))
    return HttpResponseRedirect(reverse("report", args=(found.inspection.uuid,)))


@require_POST
def send_back(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Return a report to its author."""
    found = _report(request, uuid)
    actions.send_back(found, by=_user(request), note=request.POST.get("note", ""))
    messages.success(request, _("The report is with its author again."))
    return HttpResponseRedirect(reverse("report", args=(found.inspection.uuid,)))


@require_POST
def release(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Release a report to everybody."""
    found = _report(request, uuid)
    if not ReleaseForm(request.POST).is_valid():
        messages.error(request, _("Tick to say that you have read the report, then release it."))
        return HttpResponseRedirect(reverse("report-preview", args=(found.uuid,)))
    made = actions.release(found, by=_user(request))
    messages.success(request, _("The report is released. Everybody can read it at this address."))
    return HttpResponseRedirect(reverse("public-report", args=(made.slug,)))


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User), "the route's permission lets in users only"
    return request.user


def _inspection(request: HttpRequest, uuid: UUID) -> Inspection:
    found = programmes.model(uuid, user=request.user)
    if found is None:
        raise Http404
    return found


def _report(request: HttpRequest, uuid: UUID) -> Report:
    found = queries.version(uuid, user=request.user)
    if found is None:
        raise Http404
    return found
