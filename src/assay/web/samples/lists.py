"""The long list of an inspection without an extract: bringing it, what was taken of it, taking it back."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from assay.core.errors import Problem, Refused, Unfit
from assay.inspection.programmes.models import Inspection
from assay.inspection.programmes.permissions import check_lead
from assay.inspection.programmes.queries import details
from assay.inspection.samples import actions, store
from assay.inspection.samples.models import Draw
from assay.web.programmes.views import found, signed_in
from assay.web.rendering import plain, render
from assay.web.samples import presenters
from assay.web.samples.forms import LongListForm


def long_list(request: HttpRequest, uuid: UUID) -> HttpResponse:
    row = found(request, uuid)
    check_lead(row, request.user)
    if request.method == "POST" and request.POST.get("deed") == "take back":
        actions.take_back_long_list(row, by=signed_in(request))
        messages.success(request, _("The list is taken back. Nothing of it is kept."))
        return redirect("long-list", uuid=uuid)
    form = LongListForm(request.POST, request.FILES) if request.method == "POST" else LongListForm()
    problems: tuple[Problem, ...] = ()
    if request.method == "POST" and form.is_valid():
        try:
            taken = actions.take_long_list(
                row,
                content=form.cleaned_data["file"].file,
                as_at=form.cleaned_data["as_at"],
                by=signed_in(request),
            )
        except Refused as refusal:
            form.add_error("as_at", plain(refusal.message))
        except Unfit as unfit:
            form.add_error("file", _("The list cannot be taken. What is wrong is listed below."))
            problems = unfit.problems
        else:
            messages.success(
                request, _("%(rows)s rows were taken.") % {"rows": presenters.number(len(taken.cases))}
            )
            return redirect("long-list", uuid=uuid)
    return _page(request, row, form, problems)


def _page(
    request: HttpRequest, row: Inspection, form: LongListForm, problems: tuple[Problem, ...]
) -> HttpResponse:
    taken = store.kept_long_list(row.uuid)
    context = {
        "inspection": details(row),
        "form": form,
        "taken": presenters.long_list_facts(taken) if taken else [],
        "set_apart": store.rows_set_apart(row.uuid)[: presenters.LISTED],
        "problems": presenters.problem_lines(problems),
        "is_sealed": Draw.objects.filter(inspection=row).exists(),
    }
    return render(request, "samples/long_list.jinja", context, status=422 if form.errors else 200)
