"""What a manager or practitioner does about one person, and the text it ends with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from assay.assurance.oversight import actions, queries
from assay.assurance.oversight.models import Ask, Decision, Matter, RecordText, ShortRead
from assay.assurance.oversight.permissions import Position, day_of
from assay.assurance.oversight.rules import may_move
from assay.assurance.oversight.types import Mover, OpenItem, State
from assay.assurance.oversight.wording import Answers
from assay.core.errors import Refused
from assay.records.cases.queries import case_file, reference_for
from assay.records.cases.types import CaseFile
from assay.records.store import Reader
from assay.web.components.forms import GovForm
from assay.web.oversight.forms import (
    DO_NOT_VISIT,
    AskForm,
    DiscussionForm,
    NotNowForm,
    ReplyForm,
    ShortReadForm,
    WrongForm,
)
from assay.web.oversight.presenters import deeds, words
from assay.web.oversight.reading import position_or_404, user_of, with_reader
from assay.web.rendering import render


@with_reader
def discussion(request: HttpRequest, reader: Reader, reference: UUID) -> HttpResponse:
    """Five questions, the facts filled in."""
    position, file, items = _case(request, reader, reference)
    form = DiscussionForm(
        request.POST or None,
        choices=deeds.choices(_movable(items, State.WAITING_FOR_RECORD)),
        on=day_of(reader),
        initial={
            "happened_on": day_of(reader),
            "facts": deeds.facts(
                file, items, ladders=queries.ladders(reader, position.crn, user=user_of(request))
            ),
            "sensitive": bool(file.first),
        },
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        answers = Answers(
            **{name: data[name] for name in ("facts", "risk", "unknown", "others", "change", "by_when")}
        )
        try:
            made = actions.discuss(
                reader,
                by=user_of(request),
                crn=position.crn,
                matters=deeds.chosen(data["matters"]),
                answers=answers,
                practitioner=file.holder.name if file.holder else _("nobody, the case is not allocated"),
                happened_on=data["happened_on"],
                sensitive=data["sensitive"],
            )
        except Refused as refusal:
            form.add_error(None, words.plain(refusal.message))
        else:
            return HttpResponseRedirect(reverse("record-text", args=[made.text.uuid]))
    return _page(request, "oversight/discussion.jinja", file, items, form)


@with_reader
def ask(request: HttpRequest, reader: Reader, reference: UUID) -> HttpResponse:
    """A question to whoever holds the case."""
    position, file, items = _case(request, reader, reference)
    form = AskForm(
        request.POST or None, choices=deeds.choices(_movable(items, State.ASKED)), on=day_of(reader)
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.ask(
                reader,
                by=user_of(request),
                crn=position.crn,
                matters=deeds.chosen(form.cleaned_data["matters"]),
                question=form.cleaned_data["question"],
            )
        except Refused as refusal:
            form.add_error(None, words.plain(refusal.message))
        else:
            messages.success(
                request, _("Sent. It comes back to you if there is no reply after five working days.")
            )
            return HttpResponseRedirect(reverse("today"))
    more = {"holder": file.holder.name if file.holder else ""}
    return _page(request, "oversight/ask.jinja", file, items, form, more=more)


@with_reader
def not_now(request: HttpRequest, reader: Reader, reference: UUID) -> HttpResponse:
    """Not now, because. For a home visit the risk of going is in sight (promise 8)."""
    position, file, items = _case(request, reader, reference)
    movable = _movable(items, State.WAITING_FOR_RECORD)
    visits = [each for each in movable if each.duty == deeds.VISIT_DUTY]
    form = NotNowForm(
        request.POST or None,
        choices=deeds.choices(movable),
        on=day_of(reader),
        offers_no_visit=bool(visits),
        initial={"owner": user_of(request).name, "sensitive": bool(file.first)},
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        no_visit = data["kind"] == DO_NOT_VISIT
        chosen = [str(each.matter) for each in visits] if no_visit else data["matters"]
        try:
            made = actions.decide(
                reader,
                by=user_of(request),
                crn=position.crn,
                matters=deeds.chosen(chosen),
                kind=Decision.DECIDED_NOT_TO if no_visit else data["kind"],
                about=deeds.about(items, deeds.chosen(chosen)),
                reason=data["reason"],
                owner=data["owner"],
                review_on=data["review_on"],
                do_not_visit=no_visit,
                sensitive=data["sensitive"],
            )
        except Refused as refusal:
            form.add_error(None, words.plain(refusal.message))
        else:
            return HttpResponseRedirect(reverse("record-text", args=[made.text.uuid]))
    more = {"visit_risks": deeds.visit_risks(file) if visits else None}
    return _page(request, "oversight/not_now.jinja", file, items, form, more=more)


@with_reader
def wrong(request: HttpRequest, reader: Reader, reference: UUID) -> HttpResponse:
    """This is wrong, because: it counts until a second person agrees."""
    _position, file, items = _case(request, reader, reference)
    form = WrongForm(request.POST or None, choices=deeds.single_choices(_movable(items, State.SAID_WRONG)))
    if request.method == "POST" and form.is_valid():
        try:
            actions.dispute(
                reader,
                by=user_of(request),
                matter=UUID(form.cleaned_data["matter"]),
                reason=form.cleaned_data["reason"],
            )
        except Refused as refusal:
            form.add_error(None, words.plain(refusal.message))
        else:
            messages.success(request, _("Saved. It counts as open until a second person agrees."))
            return HttpResponseRedirect(reverse("person", args=[reference]))
    return _page(request, "oversight/wrong.jinja", file, items, form)


@with_reader
def reply(request: HttpRequest, reader: Reader, ask: UUID) -> HttpResponse:
    """The practitioner's reply, which becomes text for nDelius."""
    user = user_of(request)
    asked = Ask.objects.select_related("by").filter(uuid=ask, replied_at=None).first()
    if asked is None:
        raise Http404
    position = position_or_404(request, reader, reference_for([asked.crn])[asked.crn])
    form = ReplyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = actions.reply(
            reader,
            by=user,
            ask=ask,
            answer=form.cleaned_data["answer"],
            sensitive=form.cleaned_data["sensitive"],
        )
        assert made.text is not None
        return HttpResponseRedirect(reverse("record-text", args=[made.text.uuid]))
    file = _file(request, reader, position.crn)
    items = [
        each for each in queries.open_items(position.crn) if asked.matters.filter(uuid=each.matter).exists()
    ]
    return _page(request, "oversight/reply.jinja", file, tuple(items), form, more={"ask": asked})


@with_reader
def short_read(request: HttpRequest, reader: Reader, read: UUID) -> HttpResponse:
    """What a short read of a person with nothing open found."""
    user = user_of(request)
    found = ShortRead.objects.filter(uuid=read, read_at=None).first()
    if found is None:
        raise Http404
    position_or_404(request, reader, reference_for([found.crn])[found.crn])
    form = ShortReadForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = actions.finish_short_read(
            reader,
            by=user,
            read=read,
            missed=form.cleaned_data["missed"] == "yes",
            note=form.cleaned_data["note"],
            sensitive=form.cleaned_data["sensitive"],
        )
        assert made.text is not None
        return HttpResponseRedirect(reverse("record-text", args=[made.text.uuid]))
    return _page(request, "oversight/short_read.jinja", _file(request, reader, found.crn), (), form)


@require_POST
@with_reader
def close(request: HttpRequest, reader: Reader, matter: UUID) -> HttpResponse:
    """Close what the records no longer hold."""
    if not Matter.objects.filter(uuid=matter).exists():
        raise Http404
    actions.close_matter(reader, by=user_of(request), matter=matter)
    messages.success(request, _("Closed."))
    return HttpResponseRedirect(reverse("open-work"))


@with_reader
def record_text(request: HttpRequest, reader: Reader, text: UUID) -> HttpResponse:
    """The text to copy into nDelius, and how far it has come."""
    found = RecordText.objects.select_related("made_by").filter(uuid=text).first()
    if found is None:
        raise Http404
    reference = reference_for([found.crn])[found.crn]
    position_or_404(request, reader, reference)
    actions.note_consultation([found.crn], by=user_of(request), what="text for nDelius")
    context = {
        "text": found,
        "shown": deeds.text_page(found),
        "person": reverse("person", args=[reference]),
        "name": _file(request, reader, found.crn).identity.name,
    }
    return render(request, "oversight/record_text.jinja", context)


def _file(request: HttpRequest, reader: Reader, crn: str) -> CaseFile:
    file = case_file(reader, crn, user=user_of(request))
    if file is None:
        raise Http404
    return file


def _case(
    request: HttpRequest, reader: Reader, reference: UUID
) -> tuple[Position, CaseFile, tuple[OpenItem, ...]]:
    """The case, its file and what is open; or the page that gives nothing away."""
    position = position_or_404(request, reader, reference)
    items = tuple(each for each in queries.open_items(position.crn) if each.standing != "off")
    return position, _file(request, reader, position.crn), items


def _movable(items: Iterable[OpenItem], to: State) -> tuple[OpenItem, ...]:
    """What a form may be about: not what waits for nDelius or for a second person."""
    return tuple(each for each in items if may_move(each.state, to, by=Mover.SPO))


def _page(
    request: HttpRequest,
    template: str,
    file: CaseFile,
    items: tuple[OpenItem, ...],
    form: GovForm,
    *,
    more: Mapping[str, object] | None = None,
) -> HttpResponse:
    actions.note_consultation(
        [file.identity.crn], by=user_of(request), what=template.split("/")[1].split(".")[0]
    )
    context = {
        "form": form,
        "bar": deeds.identity_bar(file),
        "items": deeds.item_cards(items),
        "back": reverse("person", args=[file.identity.reference]),
        "first": file.first,
        **(more or {}),
    }
    return render(request, template, context, status=422 if form.errors else 200)
