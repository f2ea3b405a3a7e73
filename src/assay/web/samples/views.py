"""The frame, the sealed draw and its receipt, and who reads which case."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from assay.access.accounts.models import User
from assay.access.audit.actions import record
from assay.access.audit.types import Verb, actor_of
from assay.core.errors import Refused
from assay.inspection.assessments.actions import replace_case
from assay.inspection.assessments.queries import progress
from assay.inspection.programmes.actions import subject_of
from assay.inspection.programmes.models import Inspection
from assay.inspection.programmes.permissions import check_lead
from assay.inspection.programmes.queries import details
from assay.inspection.programmes.rules import INSPECTOR
from assay.inspection.samples import actions, queries, rules, store
from assay.inspection.samples.models import Draw, SampledCase
from assay.inspection.samples.types import SamplingFrame
from assay.records.store import latest_snapshot, open_snapshot
from assay.web.programmes.views import found, posted_uuid, signed_in
from assay.web.rendering import plain, render, worded
from assay.web.samples import presenters
from assay.web.samples.forms import ConflictForm, DrawForm, ReplaceForm


@require_GET
def frame(request: HttpRequest, uuid: UUID) -> HttpResponse:
    row = _led(request, uuid)
    kept = queries.frame(row, user=request.user)
    context: dict[str, object] = {"inspection": details(row), "frame": kept, "number": presenters.number}
    if kept is not None:
        _note(row, request, "A sampling frame was looked at")
        size = min(rules.SIZE, len(kept.eligible))
        context |= {
            "reasons": presenters.reason_rows(kept),
            "pdus": presenters.pdu_rows(kept, size=size, min_per_pdu=rules.MIN_PER_PDU) if size else [],
            "size": size,
            "names": kept.pdu_names,
            "codes": list(kept.by_pdu),
            "why": {code: worded(rules.REASONS[code].sentence) for code in kept.by_reason},
            **_chosen(request, kept),
        }
    return render(request, "samples/frame.jinja", context)


def sample(request: HttpRequest, uuid: UUID) -> HttpResponse:
    row = _led(request, uuid)
    form = DrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            _seal(row, form, by=signed_in(request))
        except Refused as refusal:
            form.add_error(None, plain(refusal.message))
        else:
            messages.success(request, _("The sample is drawn and sealed. Keep the receipt."))
            return redirect("sample", uuid=uuid)
    sealed = queries.sealed(row, user=request.user)
    return render(
        request,
        "samples/sample.jinja",
        {
            "inspection": details(row),
            "form": form,
            "sealed": sealed,
            "strata": presenters.strata_rows(sealed) if sealed else [],
            "faults": queries.checked(row, user=request.user) if sealed else (),
            "has_frame": store.kept_long_list(row.uuid) is not None
            or latest_snapshot(store.records_home()) is not None,
        },
        status=422 if form.errors else 200,
    )


@require_GET
def receipt(request: HttpRequest, uuid: UUID) -> HttpResponse:
    row = _led(request, uuid)
    sealed = Draw.objects.filter(inspection=row).first()
    if sealed is None:
        raise Http404
    with transaction.atomic():
        record(
            Verb.DISCLOSURE,
            by=actor_of(signed_in(request)),
            subject=subject_of(row),
            what="The receipt of a draw was downloaded",
        )
    response = HttpResponse(queries.receipt_text(sealed), content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="receipt-{sealed.receipt_hash[:12]}.json"'
    return response


def allocation(request: HttpRequest, uuid: UUID) -> HttpResponse:
    row = _led(request, uuid)
    if request.method == "POST":
        given = actions.allocate(row, by=signed_in(request))
        messages.success(request, _("%(number)s cases were shared out.") % {"number": given})
        return redirect("allocation", uuid=uuid)
    return _allocation(request, row, _conflict_form(request, row))


def _allocation(request: HttpRequest, row: Inspection, form: ConflictForm) -> HttpResponse:
    lines = progress(row, user=request.user)
    readers = _readers(row)
    context = {
        "inspection": details(row),
        "rows": presenters.allocation_rows(lines),
        "loads": presenters.loads(lines, readers),
        "readers": readers,
        "waiting": sum(not each.reader_name for each in lines),
        "conflicts": presenters.conflicts(queries.conflicts(row), lines, names=dict(form.pdus)),
        "form": form,
    }
    return render(request, "samples/allocation.jinja", context, status=422 if form.errors else 200)


@require_POST
def conflict(request: HttpRequest, uuid: UUID) -> HttpResponse:
    row = _led(request, uuid)
    form = _conflict_form(request, row)
    if not form.is_valid():
        return _allocation(request, row, form)
    actions.declare_conflict(
        row,
        user=User.objects.get(uuid=form.cleaned_data["reader"]),
        pdu_code=form.cleaned_data["pdu"],
        reason=form.cleaned_data["reason"],
        by=signed_in(request),
    )
    messages.success(request, _("The conflict of interest is declared."))
    return redirect("allocation", uuid=uuid)


@require_POST
def give(request: HttpRequest, uuid: UUID) -> HttpResponse:
    case = _case(request, uuid)
    to = User.objects.filter(uuid=posted_uuid(request, "reader")).first()
    if to is None:
        raise Http404
    actions.allocate_case(case, to=to, by=signed_in(request))
    return redirect("allocation", uuid=case.draw.inspection.uuid)


def replace(request: HttpRequest, uuid: UUID) -> HttpResponse:
    case = _case(request, uuid)
    form = ReplaceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            replace_case(case, reason=form.cleaned_data["reason"], by=signed_in(request))
        except Refused as refusal:
            form.add_error(None, plain(refusal.message))
        else:
            messages.success(request, _("The next case of the PDU has taken its place."))
            return redirect("allocation", uuid=case.draw.inspection.uuid)
    return render(
        request,
        "samples/replace.jinja",
        {"form": form, "case": queries.drawn_case(case), "inspection": details(case.draw.inspection)},
        status=422 if form.errors else 200,
    )


def _led(request: HttpRequest, uuid: UUID) -> Inspection:
    row = found(request, uuid)
    check_lead(row, request.user)
    return row


def _case(request: HttpRequest, uuid: UUID) -> SampledCase:
    case = SampledCase.objects.filter(uuid=uuid).select_related("draw__inspection", "reader").first()
    if case is None:
        raise Http404
    _led(request, case.draw.inspection.uuid)
    return case


def _seal(row: Inspection, form: DrawForm, *, by: User) -> None:
    kept = queries.frame(row, user=by)
    assert kept is not None, "the form is shown only where there is a frame"
    given = {name: form.cleaned_data[name] for name in ("size", "min_per_pdu", "seed")}
    if kept.origin is not None:
        actions.seal(row, frame=kept, by=by, **given)
        return
    snapshot = latest_snapshot(store.records_home())
    assert snapshot is not None, "as above"
    with open_snapshot(snapshot) as reader:
        actions.seal(row, frame=kept, by=by, records=reader, **given)


def _chosen(request: HttpRequest, frame: SamplingFrame) -> dict[str, object]:
    """The list the person opened: one PDU's eligible cases, or those left out for one reason."""
    pdu, reason = request.GET.get("pdu", ""), request.GET.get("reason", "")
    if pdu in frame.by_pdu:
        return {"chosen": "pdu", "key": pdu, "listed": presenters.eligible_rows(frame, pdu=pdu)}
    if reason in frame.by_reason:
        return {"chosen": "reason", "key": reason, "listed": presenters.refused_rows(frame, reason=reason)}
    return {"chosen": "", "key": "", "listed": []}


def _readers(row: Inspection) -> dict[str, str]:
    members = row.memberships.filter(part=INSPECTOR).select_related("user")
    return {str(each.user.uuid): each.user.name for each in members}


def _conflict_form(request: HttpRequest, row: Inspection) -> ConflictForm:
    drawn = queries.sealed(row, user=request.user)
    pdus = [(each.pdu_code, each.pdu_name) for each in drawn.strata] if drawn else []
    data = request.POST if request.method == "POST" else None
    return ConflictForm(data, readers=list(_readers(row).items()), pdus=pdus)


def _note(row: Inspection, request: HttpRequest, what: str) -> None:
    with transaction.atomic():
        record(Verb.CONSULTATION, by=actor_of(signed_in(request)), subject=subject_of(row), what=what)
