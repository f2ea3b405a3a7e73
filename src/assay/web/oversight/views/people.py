"""The list of people, and one person's page."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse

from assay.assurance.oversight import queries
from assay.assurance.oversight.actions import note_consultation
from assay.assurance.oversight.permissions import day_of, scope_of
from assay.records.cases.queries import case_file
from assay.records.store import Reader
from assay.web.oversight.forms import KnownOnForm, SearchForm
from assay.web.oversight.presenters import deeds, histories, queue, rungs
from assay.web.oversight.presenters import person as pages
from assay.web.oversight.reading import position_or_404, user_of, with_reader
from assay.web.rendering import render


@with_reader
def people(request: HttpRequest, reader: Reader) -> HttpResponse:
    """Everybody in one's own units. A search is a POST, so that no name or CRN is in an address."""
    user = user_of(request)
    form = SearchForm(request.POST or None)
    search = form.cleaned_data["search"] if request.method == "POST" and form.is_valid() else ""
    rows = queries.people(reader, user=user, search=search)
    note_consultation([each.crn for each in rows], by=user, what="people")
    context = {"form": form, "search": search, "rows": queue.lines(rows), "as_at_day": day_of(reader)}
    return render(request, "oversight/people.jinja", context)


@with_reader
def person(request: HttpRequest, reader: Reader, reference: UUID) -> HttpResponse:
    """One person: ladders, duties, risk and holders beside the timeline."""
    user = user_of(request)
    position = position_or_404(request, reader, reference)
    known = KnownOnForm(request.GET or None, latest=day_of(reader))
    as_known_on = known.cleaned_data["known"] if request.GET and known.is_valid() else None
    file = case_file(reader, position.crn, user=user, as_known_on=as_known_on)
    if file is None:
        raise Http404
    scope = scope_of(user)
    manages, holds = scope.manages(position), scope.holds(position)
    items = queries.open_items(position.crn)
    ladders = queries.ladders(reader, position.crn, user=user)
    search = request.POST.get("search", "").strip()
    show = request.GET.get("show", "")
    note_consultation([position.crn], by=user, what="person")
    context = {
        "bar": deeds.identity_bar(file),
        "first": file.first,
        "ladders": rungs.cards(ladders, file, may_cite=holds, may_agree=manages),
        "duties": pages.duty_lines(queries.duty_lines(reader, position.crn, items=items)),
        "chart": pages.risk_chart(file),
        "holders": file.holders[::-1],
        "history": histories.lines(queries.history(position.crn)),
        "timeline": pages.timeline(file, show=show, search=search, everything="all" in request.GET),
        "chips": pages.chips(file, show=show, query=request.GET),
        "known": known,
        "as_known_on": as_known_on,
        "search": search,
        "manages": manages,
        "has_items": any(each.standing != "off" for each in items),
        "discuss": pages.deed_links(file.identity.reference),
    }
    return render(request, "oversight/person.jinja", context)
