"""Beside the questions: facts of the case, the interview, what is marked, and the signature."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from assay.core.errors import Refused
from assay.core.standards import load
from assay.inspection.assessments import actions, queries
from assay.inspection.assessments.models import InterviewRemark, MissedOpportunity, RaisedFlag, Reading
from assay.web.assessments import presenters
from assay.web.assessments.forms import FactsForm, FlagForm, InterviewForm, MissedForm, RemarkForm
from assay.web.assessments.views import found
from assay.web.components.forms import GovForm
from assay.web.programmes.views import posted_uuid, signed_in
from assay.web.rendering import plain, render, worded

PARTS: dict[str, type[InterviewRemark] | type[MissedOpportunity] | type[RaisedFlag]] = {
    "remark": InterviewRemark,
    "missed": MissedOpportunity,
    "flag": RaisedFlag,
}


def facts(request: HttpRequest, uuid: UUID) -> HttpResponse:
    row = found(request, uuid)
    framework = load(row.framework_id, row.framework_version)
    in_hand = queries.in_hand(row, user=request.user)
    form = FactsForm(
        request.POST or None,
        framework=framework,
        given=dict(in_hand.facts),
        has_record=row.case.draw.has_records,
    )
    if request.method == "POST" and form.is_valid():
        actions.establish(row, facts=form.facts(framework), by=signed_in(request))
        before = in_hand.instrument
        in_hand = queries.in_hand(found(request, uuid), user=request.user)
        if in_hand.instrument != before:
            messages.info(request, presenters.routing_sentence(in_hand, framework))
        return redirect("reading", uuid=uuid)
    return _page(
        request,
        row,
        "assessments/facts.jinja",
        form,
        routing=presenters.routing_sentence(in_hand, framework),
        lines=[
            (
                _(each.label),
                presenters.fact_name(each, in_hand.facts[each.code].from_record),
                presenters.fact_name(each, in_hand.facts[each.code].from_reader),
            )
            for each in framework.facts
        ],
    )


def interview(request: HttpRequest, uuid: UUID) -> HttpResponse:
    row = found(request, uuid)
    now = queries.in_hand(row, user=request.user).interview
    is_remark = request.method == "POST" and request.POST.get("what") == "remark"
    initial = {"held_on": now.held_on, "not_because": now.not_because}
    form = InterviewForm(
        request.POST if request.method == "POST" and not is_remark else None, initial=initial
    )
    remark = RemarkForm(request.POST if is_remark else None)
    if is_remark and remark.is_valid():
        data = remark.cleaned_data
        actions.add_remark(
            row, said=data["said"], on_record=data["on_record"] == "yes", by=signed_in(request)
        )
        return redirect("reading-interview", uuid=uuid)
    if not is_remark and form.is_bound and form.is_valid():
        try:
            actions.record_interview(row, **form.cleaned_data, by=signed_in(request))
        except Refused as refusal:
            form.add_error(None, plain(refusal.message))
        else:
            return redirect("reading-interview", uuid=uuid)
    return _page(request, row, "assessments/interview.jinja", form, remark=remark)


def marks(request: HttpRequest, uuid: UUID) -> HttpResponse:
    row = found(request, uuid)
    what = request.POST.get("what") if request.method == "POST" else None
    missed = MissedForm(request.POST if what == "missed" else None)
    flag = FlagForm(request.POST if what == "flag" else None)
    if what == "missed" and missed.is_valid():
        actions.mark_missed(row, **missed.cleaned_data, by=signed_in(request))
        return redirect("reading-marks", uuid=uuid)
    if what == "flag" and flag.is_valid():
        actions.raise_flag(row, **flag.cleaned_data, by=signed_in(request))
        return redirect("reading-marks", uuid=uuid)
    return _page(request, row, "assessments/marks.jinja", missed, flag=flag)


@require_POST
def remove(request: HttpRequest, uuid: UUID) -> HttpResponse:
    row = found(request, uuid)
    model = PARTS.get(request.POST.get("what", ""))
    part = model.objects.filter(reading=row, uuid=posted_uuid(request, "part")).first() if model else None
    if part is None:
        raise Http404
    actions.remove(part, by=signed_in(request))
    return redirect("reading-interview" if isinstance(part, InterviewRemark) else "reading-marks", uuid=uuid)


def sign(request: HttpRequest, uuid: UUID) -> HttpResponse:
    row = found(request, uuid)
    form = GovForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        try:
            actions.sign(row, by=signed_in(request))
        except Refused as refusal:
            form.add_error(None, plain(refusal.message))
        else:
            messages.success(request, _("The reading is signed."))
            return redirect("reading-sign", uuid=uuid)
    in_hand = queries.in_hand(row, user=request.user)
    actions.note_opened(row, what="A reading was looked at as a whole", by=signed_in(request))
    return _page(
        request,
        row,
        "assessments/sign.jinja",
        form,
        groups=presenters.question_map(presenters.position({}, in_hand), in_hand),
        answer_name=presenters.answer_name,
        missing=[worded(each) for each in in_hand.missing],
        routing=presenters.routing_sentence(in_hand, load(row.framework_id, row.framework_version)),
    )


def _page(
    request: HttpRequest, row: Reading, template: str, form: GovForm, **context: object
) -> HttpResponse:
    in_hand = queries.in_hand(row, user=request.user)
    forms = [form, *(each for each in context.values() if isinstance(each, GovForm))]
    wrong = next((each for each in forms if each.errors), None)
    return render(
        request,
        template,
        {"form": form, "wrong": wrong or form, "reading": in_hand, **context},
        status=422 if wrong else 200,
    )
