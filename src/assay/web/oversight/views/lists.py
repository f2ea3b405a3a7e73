"""Today, open work, and the sheet for supervision."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse

from assay.assurance.oversight import queries
from assay.assurance.oversight.actions import note_consultation
from assay.assurance.oversight.permissions import scope_of
from assay.assurance.oversight.queries.supervision import practitioners
from assay.assurance.oversight.rules import CRITICAL_SHOWN
from assay.records.store import Reader
from assay.web.oversight.forms import PractitionerForm
from assay.web.oversight.presenters import queue, sheets
from assay.web.oversight.reading import user_of, with_reader
from assay.web.rendering import render


@with_reader
def today(request: HttpRequest, reader: Reader) -> HttpResponse:
    """The first page of the day, by what the person is: SPO, head of PDU, or practitioner."""
    user = user_of(request)
    scope = scope_of(user)
    if scope.spo:
        return _spo_day(request, reader)
    if scope.head:
        return _pdu_day(request, reader)
    return _own_day(request, reader)


def _spo_day(request: HttpRequest, reader: Reader) -> HttpResponse:
    user = user_of(request)
    found = queries.today(reader, user=user)
    note_consultation(
        [
            *(each.crn for each in (*found.queue.first, *found.on_trial)),
            *(each.crn for each in found.short_reads),
            *(each.crn for each in found.came_back),
        ],
        by=user,
        what="today",
    )
    context = {
        "today": found,
        "title": queue.title(found.units),
        "cards": queue.cards(found.queue.first),
        "counts": queue.counts_line(found),
        "held": queue.held_line(found),
        "nothing": queue.nothing_line(found.duties_checked),
        "unknown": queue.unknown_lines(found),
        "trial": queue.lines(found.on_trial[: queue.TRIAL_SHOWN]),
        "came_back": queue.text_lines(found.came_back),
    }
    return render(request, "oversight/today.jinja", context)


def _pdu_day(request: HttpRequest, reader: Reader) -> HttpResponse:
    user = user_of(request)
    shown = None if "all" in request.GET else CRITICAL_SHOWN
    found = queries.pdu_day(reader, user=user, shown=shown)
    note_consultation([each.crn for each in found.critical], by=user, what="critical beyond six")
    context = {
        "title": queue.title(found.units),
        "day": found,
        "critical": queue.lines(found.critical),
    }
    return render(request, "oversight/pdu_day.jinja", context)


def _own_day(request: HttpRequest, reader: Reader) -> HttpResponse:
    user = user_of(request)
    found = queries.own_work(reader, user=user)
    note_consultation(
        [*(each.crn for each in found.people), *(each.crn for each in found.asks)], by=user, what="own list"
    )
    context = {
        "own": found,
        "cards": queue.own_cards(found.people),
        "texts": queue.text_lines(found.texts),
        "nothing": queue.nothing_line(found.duties_checked),
    }
    return render(request, "oversight/own_day.jinja", context)


@with_reader
def open_work(request: HttpRequest, reader: Reader) -> HttpResponse:
    """Everything open in the team, by what it waits for."""
    user = user_of(request)
    found = queries.open_work(reader, user=user)
    groups = queue.groups(found)
    note_consultation(
        [each.crn for _state, rows in found.by_state for each in rows]
        + [each.crn for each in (*found.beyond_six, *found.not_adopted, *found.on_trial)],
        by=user,
        what="open work",
    )
    context = {
        "work": found,
        "groups": groups,
        "gone": queue.gone_lines(found.no_longer_there),
        "texts": queue.text_lines(found.texts),
    }
    return render(request, "oversight/open_work.jinja", context)


@with_reader
def supervision(request: HttpRequest, reader: Reader) -> HttpResponse:
    """Since we last spoke: who it is about comes by POST, so that no name or code is in an address."""
    user = user_of(request)
    choices = practitioners(reader, user=user)
    own = scope_of(user).staff_code
    form = PractitionerForm(request.POST or None, choices=choices)
    if form.is_valid():
        staff_code = form.cleaned_data["practitioner"]
    elif own and request.method != "POST":
        staff_code = own
    else:
        return render(request, "oversight/supervision_choice.jinja", {"form": form})
    found = queries.supervision_sheet(reader, user=user, staff_code=staff_code)
    if found is None:
        raise Http404
    note_consultation([each.person.crn for each in found.people], by=user, what="supervision sheet")
    return render(
        request, "oversight/supervision.jinja", {"sheet": found, "people": sheets.sheet_lines(found)}
    )
