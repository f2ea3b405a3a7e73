"""My cases, and the page a case is read on.

Every form on it is a plain POST that comes back to the same place; the script sends the same forms without
leaving the page and is answered in JSON.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_POST

from assay.core.errors import Refused
from assay.core.standards import load
from assay.inspection.assessments import actions, queries
from assay.inspection.assessments.models import CitedEvidence, Reading
from assay.inspection.assessments.rules import Changed
from assay.inspection.assessments.types import ReadingInHand
from assay.inspection.samples.models import SampledCase
from assay.web.assessments import lists, presenters
from assay.web.assessments.forms import NotedForm
from assay.web.assessments.presenters import Position
from assay.web.programmes.views import posted_uuid, signed_in
from assay.web.rendering import fragment, plain, render


@require_GET
def readings(request: HttpRequest) -> HttpResponse:
    cases = queries.my_cases(user=request.user)
    choice = lists.Choice.of(show=request.GET.get("show", ""), order=request.GET.get("order", ""))
    context = {
        "has_any": bool(cases),
        "lines": presenters.lines(lists.chosen(cases, choice)),
        "states": lists.states(cases, choice),
        "orders": lists.orders(choice),
    }
    return render(request, "assessments/readings.jinja", context)


@require_POST
def begin(request: HttpRequest, uuid: UUID) -> HttpResponse:
    case = SampledCase.objects.filter(uuid=uuid).select_related("draw__inspection").first()
    if case is None or case.uuid not in {each.case for each in queries.my_cases(user=request.user)}:
        raise Http404
    return redirect("reading", uuid=actions.open_reading(case, by=signed_in(request)).uuid)


@require_GET
def reading(request: HttpRequest, uuid: UUID) -> HttpResponse:
    row = found(request, uuid)
    return page(
        request, row, presenters.position(request.GET.dict(), queries.in_hand(row, user=request.user))
    )


@require_POST
def search(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Words to look for come by POST and are kept with the session: they may name people."""
    row = found(request, uuid)
    request.session[_search_key(row)] = request.POST.get("words", "").strip()[:200]
    return redirect(_back(request, row))


@require_POST
def answer(request: HttpRequest, uuid: UUID) -> HttpResponseBase:
    row = found(request, uuid)
    given = {name: request.POST.get(name, "").strip() for name in ("value", "note", "reason")}
    question = request.POST.get("question", "")
    try:
        version = actions.answer(
            row, question=question, seen=_whole(request.POST.get("seen")), by=signed_in(request), **given
        )
    except Changed as conflict:
        return _conflict(request, row, conflict, given)
    row = found(request, uuid)
    if _wants_json(request):
        return JsonResponse({"version": version, **_state(request, row)})
    return redirect(_back(request, row, go=request.POST.get("go", "")))


@require_POST
def cite(request: HttpRequest, uuid: UUID) -> HttpResponseBase:
    row = found(request, uuid)
    actions.cite(
        row,
        question=request.POST.get("question", ""),
        key=request.POST.get("key", ""),
        by=signed_in(request),
    )
    return _after_evidence(request, uuid)


@require_POST
def cite_noted(request: HttpRequest, uuid: UUID) -> HttpResponseBase:
    """Cites what was seen elsewhere, for a case without a record here."""
    row = found(request, uuid)
    form = NotedForm(request.POST)
    if form.is_valid():
        try:
            actions.cite_noted(
                row, question=request.POST.get("question", ""), **form.cleaned_data, by=signed_in(request)
            )
        except Refused as refusal:
            form.add_error(None, plain(refusal.message))
        else:
            return redirect(_back(request, row))
    at = presenters.position(request.POST.dict(), queries.in_hand(row, user=request.user))
    return page(request, row, at, noted=form)


@require_POST
def take_back(request: HttpRequest, uuid: UUID) -> HttpResponseBase:
    row = found(request, uuid)
    evidence = CitedEvidence.objects.filter(reading=row, uuid=posted_uuid(request, "evidence")).first()
    if evidence is None:
        raise Http404
    actions.take_back(evidence, by=signed_in(request))
    return _after_evidence(request, uuid)


def found(request: HttpRequest, uuid: UUID) -> Reading:
    """The reading, or the page for what is not there: barred and absent look alike."""
    row = queries.row(uuid, user=request.user)
    if row is None:
        raise Http404
    return row


def page(
    request: HttpRequest,
    row: Reading,
    at: Position,
    *,
    conflict: Changed | None = None,
    mine: dict[str, str] | None = None,
    noted: NotedForm | None = None,
) -> HttpResponse:
    """The reading page. A case whose record this person may not see is not there for them."""
    record = queries.case_record(row, user=request.user)
    if record is None and row.case.draw.has_records:
        raise Http404
    actions.note_opened(row, what="A case's record was read", by=signed_in(request))
    in_hand = queries.in_hand(row, user=request.user)
    words = request.session.get(_search_key(row), "")
    context = {
        **_question_context(in_hand, at, row=row),
        "record": record,
        "tabs": presenters.tabs(at, in_hand),
        "chips": presenters.chips(at, in_hand, record) if record and at.tab == "timeline" else [],
        "entries": presenters.shown(record, at, words=words) if record else (),
        "entry_tags": presenters.entry_tags,
        "cited": presenters.cited_under(in_hand),
        "words": words,
        "saved": presenters.clock(in_hand),
        "identity": presenters.identity(
            in_hand, record, load(in_hand.framework_id, in_hand.framework_version)
        ),
        "to_record": at.href(in_hand.uuid, pane="record"),
        "to_questions": at.href(in_hand.uuid, pane="questions"),
        "conflict": conflict,
        "mine": mine or {},
        "noted": noted or NotedForm(),
    }
    status = 409 if conflict else 422 if noted else 200
    return render(request, "assessments/reading.jinja", context, status=status)


def _question_context(in_hand: ReadingInHand, at: Position, *, row: Reading) -> dict[str, Any]:
    place = in_hand.place(at.question)
    assert place is not None, "a position names a question that is asked"
    framework = load(in_hand.framework_id, in_hand.framework_version)
    before, after = presenters.steps(at, in_hand)
    return {
        "reading": in_hand,
        "has_record": row.case.draw.has_records,
        "at": at,
        "place": place,
        "answers": presenters.answers_for(framework, place),
        "routing": presenters.routing_sentence(in_hand, framework),
        "before": at.href(in_hand.uuid, question=before.question.code, pane="questions") if before else "",
        "after": at.href(in_hand.uuid, question=after.question.code, pane="questions") if after else "",
        "map": presenters.question_map(at, in_hand),
        "answer_name": presenters.answer_name,
    }


def _after_evidence(request: HttpRequest, uuid: UUID) -> HttpResponseBase:
    row = found(request, uuid)
    return JsonResponse(_state(request, row)) if _wants_json(request) else redirect(_back(request, row))


def _conflict(
    request: HttpRequest, row: Reading, conflict: Changed, mine: dict[str, str]
) -> HttpResponseBase:
    """409, both answers side by side. The script puts the same words into the page."""
    in_hand = queries.in_hand(row, user=request.user)
    at = presenters.position({**request.POST.dict(), "q": conflict.question}, in_hand)
    if not _wants_json(request):
        return page(request, row, at, conflict=conflict, mine=mine)
    context = {
        "conflict": conflict,
        "mine": mine,
        "reading": in_hand,
        "at": at,
        "answer_name": presenters.answer_name,
        "csrf_token": request.POST.get("csrfmiddlewaretoken", ""),
    }
    return JsonResponse({"conflict": fragment("assessments/_conflict.jinja", context)}, status=409)


def _state(request: HttpRequest, row: Reading) -> dict[str, Any]:
    """What the script needs to bring the page up to date without loading it."""
    in_hand = queries.in_hand(row, user=request.user)
    at = presenters.position({**request.POST.dict(), "q": request.POST.get("question", "")}, in_hand)
    token = request.POST.get("csrfmiddlewaretoken", "")
    context = {**_question_context(in_hand, at, row=row), "csrf_token": token}
    return {
        "saved": presenters.clock(in_hand),
        "answered": in_hand.answered,
        "asked": in_hand.asked,
        "cited": presenters.cited_under(in_hand),
        "evidence": fragment("assessments/_evidence.jinja", context),
        "map": fragment("assessments/_map.jinja", context),
        "after": context["after"],
        "before": context["before"],
    }


def _back(request: HttpRequest, row: Reading, *, go: str = "") -> str:
    """The place on the page the form was sent from, or a question on."""
    in_hand = queries.in_hand(row, user=request.user)
    at = presenters.position({**request.POST.dict(), "q": request.POST.get("q", "")}, in_hand)
    before, after = presenters.steps(at, in_hand)
    target = {"next": after, "previous": before}.get(go)
    if target is not None:
        return at.href(in_hand.uuid, question=target.question.code, pane="questions")
    anchor = request.POST.get("anchor", "")
    return at.href(in_hand.uuid) + (f"#{anchor}" if anchor.replace("-", "").isalnum() else "")


def _wants_json(request: HttpRequest) -> bool:
    return request.headers.get("Accept", "").startswith("application/json")


def _search_key(row: Reading) -> str:
    return f"search-{row.uuid}"


def _whole(text: str | None) -> int:
    return int(text) if text and text.isdecimal() else 0
