"""What takes two people: second opinions, and paragraphs cited for a rung."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from assay.assurance.oversight import queries
from assay.assurance.oversight.actions import agree_dispute, cite_rung, note_consultation
from assay.assurance.oversight.actions import agree_rung as agree
from assay.assurance.oversight.models import RungClaim
from assay.records.cases.queries import case_file, reference_for
from assay.records.store import Reader
from assay.web.oversight.forms import CiteForm, SecondForm
from assay.web.oversight.presenters import rungs, words
from assay.web.oversight.reading import position_or_404, user_of, with_reader
from assay.web.rendering import render


@with_reader
def second_opinions(request: HttpRequest, reader: Reader) -> HttpResponse:
    """What somebody says is wrong, waiting for a second person."""
    user = user_of(request)
    rows = queries.disputes(reader, user=user)
    note_consultation([each.crn for each in rows], by=user, what="second opinions")
    shown = [(each, words.duty_name(each.duty)) for each in rows]
    return render(request, "oversight/second_opinions.jinja", {"rows": shown})


@with_reader
def second(request: HttpRequest, reader: Reader, dispute: UUID) -> HttpResponse:
    """A second person agrees, or does not."""
    user = user_of(request)
    row = next((each for each in queries.disputes(reader, user=user) if each.dispute == dispute), None)
    if row is None:
        raise Http404
    form = SecondForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        agrees = form.cleaned_data["agrees"] == "yes"
        made = agree_dispute(
            reader,
            by=user,
            dispute=dispute,
            agrees=agrees,
            about=words.duty_name(row.duty),
            reason=form.cleaned_data["reason"],
        )
        if made.text is not None:
            return HttpResponseRedirect(reverse("record-text", args=[made.text.uuid]))
        messages.success(request, _("Saved. It is open again."))
        return HttpResponseRedirect(reverse("second-opinions"))
    note_consultation([row.crn], by=user, what="second opinion")
    context = {"row": row, "duty": words.duty_name(row.duty), "form": form}
    return render(request, "oversight/second.jinja", context, status=422 if form.errors else 200)


@with_reader
def cite(request: HttpRequest, reader: Reader, reference: UUID, agency: str, rung: str) -> HttpResponse:
    """The practitioner chooses the paragraph that analysed, or used, the latest answer."""
    user = user_of(request)
    position = position_or_404(request, reader, reference)
    ladder = next(
        (each for each in queries.ladders(reader, position.crn, user=user) if each.agency == agency), None
    )
    file = case_file(reader, position.crn, user=user)
    if rung not in (RungClaim.ANALYSED, RungClaim.USED) or file is None:
        raise Http404
    if ladder is None or ladder.answered_on is None:
        raise Http404
    choices = rungs.paragraph_choices(file, since=ladder.answered_on)
    form = CiteForm(request.POST or None, choices=choices, rung=rung)
    if request.method == "POST" and form.is_valid():
        words_id, _sep, number = form.cleaned_data["paragraph"].rpartition(":")
        cite_rung(
            reader,
            by=user,
            crn=position.crn,
            enquiry_id=ladder.enquiry_id,
            rung=rung,
            words_id=words_id,
            paragraph=int(number),
        )
        messages.success(request, _("Saved. It waits for your senior probation officer to agree."))
        return HttpResponseRedirect(reverse("person", args=[reference]))
    note_consultation([position.crn], by=user, what="paragraphs to cite")
    context = {
        "form": form,
        "has_choices": bool(choices),
        "name": file.identity.name,
        "crn": position.crn,
        "back": reverse("person", args=[reference]),
        "agency": rungs.agency_name(agency),
        "answered_on": ladder.answered_on,
        "reply": rungs.reply_words(file, ladder.enquiry_id),
    }
    return render(request, "oversight/cite.jinja", context, status=422 if form.errors else 200)


@require_POST
@with_reader
def agree_rung(request: HttpRequest, reader: Reader, claim: UUID) -> HttpResponse:
    """The SPO agrees with a paragraph cited, or does not."""
    user = user_of(request)
    found = RungClaim.objects.filter(uuid=claim).first()
    file = case_file(reader, found.crn, user=user) if found else None
    if found is None or file is None:
        raise Http404
    position_or_404(request, reader, reference_for([found.crn])[found.crn])
    made = agree(
        reader,
        by=user,
        claim=claim,
        agrees=request.POST.get("agrees") == "yes",
        agency=rungs.agency_of(file, found.enquiry_id),
        section=rungs.cited_where(file, found.words_id, found.paragraph),
    )
    if made.text is not None:
        return HttpResponseRedirect(reverse("record-text", args=[made.text.uuid]))
    messages.success(request, _("Saved. Another paragraph can be cited."))
    return HttpResponseRedirect(reverse("person", args=[file.identity.reference]))
