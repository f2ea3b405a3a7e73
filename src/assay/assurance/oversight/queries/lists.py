"""Lists of work: open work, a practitioner's own list, texts, second opinions, people."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial

from django.db.models import Q

from assay.access.accounts.models import User
from assay.assurance.oversight import rules
from assay.assurance.oversight.models import Ask, Dispute, Matter, RecordText
from assay.assurance.oversight.permissions import Scope, barred_to, day_of, scope_of
from assay.assurance.oversight.queries.gathering import (
    caseload,
    held_by,
    items_of,
    matters_in,
    people_of,
    visible,
)
from assay.assurance.oversight.queries.windows import duties_by_code
from assay.assurance.oversight.types import (
    AskRow,
    DisputeRow,
    GoneRow,
    OpenItem,
    OpenWork,
    OwnWork,
    PersonRow,
    State,
    TextRow,
    TextState,
)
from assay.records.cases.rules import SOME_NOT_LISTED
from assay.records.store import Reader

SHOWN = (
    State.WAITING_FOR_RECORD,
    State.ASKED,
    State.PLANNED,
    State.WAITING_FOR_PARTNER,
    State.DECIDED_NOT_TO,
    State.SAID_WRONG,
)


def open_work(reader: Reader, *, user: User, size: int = rules.QUEUE_SIZE) -> OpenWork:
    """Everything open in the teams this person manages, and what each thing waits for."""
    units = scope_of(user).spo
    held = caseload(reader, units=units) if units else []
    cases = visible(reader, user, (row["case_id"] for row in held))
    matters = (
        list(Matter.objects.filter(matters_in(units), crn__in=cases, state__in=(State.OPEN, *SHOWN)))
        if units
        else []
    )
    items = items_of(matters)
    people = list(people_of(reader, items, items=items).values())
    queue = rules.split_queue(
        _only(people, lambda item: item.state is State.OPEN and item.may_enter_queue), size=size
    )
    return OpenWork(
        as_at=day_of(reader),
        beyond_six=(*queue.critical_beyond, *queue.rest),
        by_state=tuple(
            (state, rows) for state in SHOWN if (rows := _sorted(_only(people, partial(_is_in, state))))
        ),
        not_adopted=_sorted(
            _only(
                people,
                lambda item: item.state is State.OPEN and item.standing == "on" and not item.may_enter_queue,
            )
        ),
        on_trial=_sorted(_only(people, lambda item: item.state is State.OPEN and item.standing == "trial")),
        no_longer_there=_gone(reader, user=user, units=units),
        texts=text_rows(reader, user=user, states=(TextState.WAITING, TextState.RETURNED)),
        note=SOME_NOT_LISTED,
    )


def own_work(reader: Reader, *, user: User) -> OwnWork:
    """A practitioner's own people with something open, the questions put to them and their texts."""
    scope = scope_of(user)
    held = _held_by(reader, scope)
    cases = visible(reader, user, held)
    matters = list(
        Matter.objects.filter(crn__in=sorted(cases)).exclude(state__in=sorted(rules.DONE | {State.GONE}))
    )
    items = {
        crn: kept
        for crn, each in items_of(matters).items()
        if (kept := tuple(item for item in each if item.may_enter_queue or item.state is not State.OPEN))
    }
    people = people_of(reader, items, items=items)
    return OwnWork(
        as_at=day_of(reader),
        people=_sorted(people.values()),
        asks=asks_of(reader, user=user),
        texts=text_rows(reader, user=user, states=(TextState.WAITING, TextState.RETURNED)),
        caseload=len(cases),
        duties_checked=sum(each.standing == "on" for each in duties_by_code().values()),
    )


def asks_of(reader: Reader, *, user: User) -> tuple[AskRow, ...]:
    """Questions waiting for this practitioner: about the cases they hold now, whoever was asked then."""
    cases = visible(reader, user, _held_by(reader, scope_of(user)))
    asks = list(
        Ask.objects.select_related("by").filter(crn__in=sorted(cases), replied_at=None).order_by("pk")
    )
    people = people_of(reader, (each.crn for each in asks), items={})
    return tuple(
        AskRow(
            ask=each.uuid,
            reference=people[each.crn].reference,
            crn=each.crn,
            name=people[each.crn].name,
            question=each.question,
            asked_by=each.by.name,
            on=each.on,
        )
        for each in asks
        if each.crn in people
    )


def text_rows(reader: Reader, *, user: User, states: Sequence[TextState]) -> tuple[TextRow, ...]:
    """This person's own texts in these states: who wrote it has to copy it."""
    barred = barred_to(reader, user)
    texts = [
        each
        for each in RecordText.objects.filter(made_by=user, state__in=states).order_by("made_on", "pk")
        if each.crn not in barred
    ]
    people = people_of(reader, (each.crn for each in texts), items={})
    return tuple(
        TextRow(
            text=each.uuid,
            reference=people[each.crn].reference,
            crn=each.crn,
            name=people[each.crn].name,
            contact_type=each.contact_type,
            happened_on=each.happened_on,
            made_on=each.made_on,
            state=TextState(each.state),
            author=user.name,
        )
        for each in texts
        if each.crn in people
    )


def disputes(reader: Reader, *, user: User) -> tuple[DisputeRow, ...]:
    """What somebody says is wrong, in the units this person manages; their own wait for somebody else."""
    units = scope_of(user).managed
    held = caseload(reader, units=units) if units else []
    cases = visible(reader, user, (row["case_id"] for row in held))
    rows = list(
        Dispute.objects.select_related("matter", "by")
        .filter(agreed=None, matter__crn__in=sorted(cases))
        .order_by("pk")
    )
    people = people_of(reader, (each.matter.crn for each in rows), items={})
    return tuple(
        DisputeRow(
            dispute=each.uuid,
            reference=people[each.matter.crn].reference,
            crn=each.matter.crn,
            name=people[each.matter.crn].name,
            duty=each.matter.duty,
            reason=each.reason,
            by=each.by.name,
            is_own=each.by_id == user.pk,
            on=each.on,
        )
        for each in rows
        if each.matter.crn in people
    )


def people(reader: Reader, *, user: User, search: str = "") -> tuple[PersonRow, ...]:
    """Everybody in the person's own units, or whose CRN or name fits; at most 300, by name."""
    scope = scope_of(user)
    held = {row["case_id"] for row in caseload(reader, units=scope.managed)} if scope.managed else set()
    cases = visible(reader, user, held | set(_held_by(reader, scope)))
    wanted = search.strip().casefold()
    found = sorted(people_of(reader, cases, items={}).values(), key=lambda each: (each.name, each.crn))
    if wanted:
        found = [each for each in found if wanted in each.name.casefold() or wanted == each.crn.casefold()]
    return tuple(found[:300])


def _held_by(reader: Reader, scope: Scope) -> list[str]:
    if not scope.staff_code:
        return []
    return held_by(reader, scope.staff_code)


def _gone(reader: Reader, *, user: User, units: frozenset[str]) -> tuple[GoneRow, ...]:
    if not units:
        return ()
    barred = barred_to(reader, user)
    rows = Matter.objects.filter(matters_in(units) & Q(state=State.GONE)).order_by("crn", "pk")
    return tuple(
        GoneRow(matter=each.uuid, crn=each.crn, duty=each.duty, last_seen_on=each.last_seen_on)
        for each in rows
        if each.crn not in barred
    )


def _only(people: Iterable[PersonRow], wanted: Callable[[OpenItem], bool]) -> list[PersonRow]:
    kept = (each.with_items(tuple(item for item in each.items if wanted(item))) for each in people)
    return [each for each in kept if each.items]


def _is_in(state: State, item: OpenItem) -> bool:
    return item.state is state


def _sorted(people: Iterable[PersonRow]) -> tuple[PersonRow, ...]:
    return tuple(sorted(people, key=rules.harm_order))
