"""The only writes of reports: begun and written by a lead, released by a second person."""

from __future__ import annotations

from dataclasses import replace

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from assay.access.accounts.models import User
from assay.access.audit.actions import record
from assay.access.audit.types import Subject, Verb, actor_of
from assay.core.errors import Refused
from assay.core.messages import message
from assay.inspection.programmes import actions as programmes
from assay.inspection.programmes.models import Inspection
from assay.inspection.reports import queries
from assay.inspection.reports.models import Report, Step, Writer
from assay.inspection.reports.permissions import check_compose, check_release
from assay.inspection.reports.states import State, check_move

PUBLIC = "the public"
NOT_MODERATED = message("A report can be begun once every case is signed and moderation is finished.")
NO_NOTE = message("A new version of a released report needs a note that says what was changed and why.")
NO_JUDGEMENT = message("A report needs the Chief Inspector's judgement before it is sent for release.")
NOTHING_READ = message("No case of this inspection has been signed, so there is nothing to report.")
NO_REASON = message("Say what has to be changed, so that the author can act on it.")


@transaction.atomic
def begin(inspection: Inspection, *, by: User, synthetic: bool, revision_note: str = "") -> Report:
    """Begin a report, or the next version of a released one, which needs a note of what changes.

    A new version takes over the words of the last; its figures are counted again when they are looked at.
    """
    check_compose(inspection, by)
    if inspection.state not in ("moderated", "published"):
        raise Refused(NOT_MODERATED)
    last = Report.objects.filter(inspection=inspection).first()
    if last is not None and last.state != State.RELEASED:
        raise Refused(message("A version of this report is being written already."))
    if last is not None and not revision_note.strip():
        raise Refused(NO_NOTE)
    made = Report.objects.create(
        inspection=inspection,
        slug=last.slug if last else _free_slug(inspection),
        version=last.version + 1 if last else 1,
        title=last.title if last else inspection.name,
        judgement=last.judgement if last else "",
        limits=last.limits if last else "",
        revision_note=revision_note.strip(),
        synthetic=synthetic or bool(last and last.synthetic),
        author=by,
        begun_at=timezone.now(),
    )
    _step(made, State.DRAFT, by=by, note=revision_note)
    return made


@transaction.atomic
def write(report: Report, *, by: User, title: str, judgement: str, limits: str) -> Report:
    """Change the words of a draft. Whoever writes can no longer release it."""
    check_compose(report.inspection, by)
    held = _held(report)
    check_move(State(held.state), State.READY)
    if not title.strip():
        raise Refused(message("A report needs a title."))
    held.title, held.judgement, held.limits = title.strip(), judgement.strip(), limits.strip()
    held.save(update_fields=["title", "judgement", "limits"])
    Writer.objects.get_or_create(report=held, user=by)
    record(Verb.ALTERATION, by=actor_of(by), subject=_subjects(held), what="A report was written in")
    return held


@transaction.atomic
def send_for_release(report: Report, *, by: User) -> Report:
    """Hand a draft to the second person."""
    check_compose(report.inspection, by)
    held = _held(report)
    check_move(State(held.state), State.READY)
    if not held.judgement.strip():
        raise Refused(NO_JUDGEMENT)
    if queries.content(held, user=by).method.read == 0:
        raise Refused(NOTHING_READ)
    if held.inspection.state == "moderated":
        programmes.move(held.inspection, "report", by=by)
    return _move(held, State.READY, by=by)


@transaction.atomic
def send_back(report: Report, *, by: User, note: str) -> Report:
    """Return a report to its author, with what has to change."""
    check_release(report, by)
    held = _held(report)
    check_move(State(held.state), State.DRAFT)
    if not note.strip():
        raise Refused(NO_REASON)
    if held.inspection.state == "reported":
        programmes.move(held.inspection, "send_back", by=by)
    return _move(held, State.DRAFT, by=by, note=note.strip())


@transaction.atomic
def release(report: Report, *, by: User) -> Report:
    """Make a report public. Its figures and words are frozen as they are now, and so is its hash."""
    check_release(report, by)
    held = _held(report)
    check_move(State(held.state), State.RELEASED)
    content = queries.content(held, user=by)
    if content.method.read == 0:
        raise Refused(NOTHING_READ)
    content = replace(content, version=held.version)
    held.content, held.content_hash = content.as_data, content.hash
    held.released_by, held.released_at = by, timezone.now()
    held.state = State.RELEASED
    held.save(update_fields=["content", "content_hash", "released_by", "released_at", "state"])
    Step.objects.create(report=held, state=State.RELEASED, by=by, at=held.released_at)
    if held.inspection.state == "reported":
        programmes.move(held.inspection, "publish", by=by)
    record(
        Verb.DISCLOSURE,
        by=actor_of(by),
        subject=_subjects(held),
        what="A report was released",
        recipient=PUBLIC,
        details={"slug": held.slug, "version": held.version, "hash": held.content_hash},
    )
    return held


def _move(held: Report, state: State, *, by: User, note: str = "") -> Report:
    held.state = state
    held.save(update_fields=["state"])
    _step(held, state, by=by, note=note)
    return held


def _step(report: Report, state: State, *, by: User, note: str = "") -> None:
    Step.objects.create(report=report, state=state, by=by, at=timezone.now(), note=note.strip())
    record(
        Verb.ALTERATION,
        by=actor_of(by),
        subject=_subjects(report),
        what="A report came into another state",
        details={"state": state.value, "version": report.version},
    )


def _held(report: Report) -> Report:
    """The row as it is now, locked until the action ends."""
    return Report.objects.select_for_update(of=("self",)).select_related("inspection").get(pk=report.pk)


def _subjects(report: Report) -> tuple[Subject, Subject]:
    return Subject("inspection", str(report.inspection.uuid)), Subject("report", str(report.uuid))


def _free_slug(inspection: Inspection) -> str:
    """An address nobody has: the inspection's name, numbered if another inspection has it already."""
    wanted = slugify(inspection.name)[:100] or "report"
    taken = set(Report.objects.filter(slug__startswith=wanted).values_list("slug", flat=True))
    if wanted not in taken:
        return wanted
    return next(slug for n in range(2, len(taken) + 3) if (slug := f"{wanted}-{n}") not in taken)
