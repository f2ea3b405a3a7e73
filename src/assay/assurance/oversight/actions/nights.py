"""After each night: every matter finds its lapse again, new lapses become matters, texts are looked for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import CharField, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from assay.access.audit.actions import record
from assay.access.audit.types import SYSTEM, Subject, Verb
from assay.assurance.duties import identity
from assay.assurance.duties.types import Attached, LapseRow
from assay.assurance.oversight import rules
from assay.assurance.oversight.actions.housekeeping import draw_short_reads
from assay.assurance.oversight.models import Matter, RecordText, Round, StatusRow
from assay.assurance.oversight.permissions import day_of
from assay.assurance.oversight.types import Mover, SeenContact, State, TextState, WaitingText
from assay.core.dates import london_day
from assay.records.store import Reader

BATCH = 500
# What was expected, by which window: copied, so that a page need not look through every obligation.
_EXPECTED = ("triggered_on", "due_on", "window", "window_value", "window_unit", "window_confidence")
_LAPSES = """
    SELECT l.lapse_id, l.obligation_id, l.opened_on, l.closed_on, l.practitioner, l.team, l.pdu, l.severity,
           o.duty, case_id, o.anchor_id, o.triggered_on, o.due_on,
           coalesce(o."window", '') AS window, w.value AS window_value, coalesce(w.unit, '') AS window_unit,
           coalesce(w.confidence, '') AS window_confidence
    FROM n.lapse l JOIN n.obligation o USING (case_id, obligation_id)
    LEFT JOIN n.window w ON w."window" = o."window" AND w.window_from IS NOT DISTINCT FROM o.window_from
    WHERE l.clock = 'date' AND (
        (l.opened_on <= ? AND (l.closed_on IS NULL OR l.closed_on > ?))
        OR case_id IN (SELECT unnest(?::VARCHAR[]))
    )
    ORDER BY l.lapse_id, l.opened_on
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendance:
    """What attaching a night did. ``already`` says the night had been attached before, and nothing was."""

    new: int = 0
    met: int = 0
    gone: int = 0
    came_back: int = 0
    texts_seen: int = 0
    texts_returned: int = 0
    short_reads: int = 0
    already: bool = False


@transaction.atomic
def attach_night(reader: Reader) -> Attendance:
    """Attach the reader's night. A night attached before, or older than the last one, changes nothing."""
    assert reader.pair is not None, "a night is attached from a pair"
    night = reader.pair.night
    last = Round.objects.order_by("-as_at", "-pk").first()
    if Round.objects.filter(night_id=night.id).exists() or (last is not None and night.as_at < last.as_at):
        return Attendance(already=True)
    duties_seen = frozenset(duty for each in Round.objects.all() for duty in each.duties)
    merges = {
        row["crn"]: row["merged_into"]
        for row in reader.rows("SELECT crn, merged_into FROM r.person WHERE merged_into IS NOT NULL")
    }
    seen, returned = _look_for_texts(reader, merges=merges)
    moved = _attach_matters(reader, merges=merges)
    new = _new_matters(reader, night_id=night.id, duties_seen=duties_seen)
    duties = {row["duty"] for row in reader.rows("SELECT DISTINCT duty FROM n.obligation")}
    Round.objects.create(
        night_id=night.id, as_at=night.as_at, duties=sorted(duties), attached_at=timezone.now()
    )
    drawn = draw_short_reads(reader)
    result = Attendance(
        new=new,
        met=moved[State.MET],
        gone=moved[State.GONE],
        came_back=moved[State.OPEN],
        texts_seen=seen,
        texts_returned=returned,
        short_reads=drawn,
    )
    record(
        Verb.ALTERATION,
        by=SYSTEM,
        subject=Subject("night", night.id),
        what="night attached",
        details={"new": new, "met": result.met, "gone": result.gone, "came_back": result.came_back},
    )
    return result


def _attach_matters(reader: Reader, *, merges: Mapping[str, str]) -> Mapping[State, int]:
    """Every matter finds its lapse again; returns how many went to each state."""
    on = day_of(reader)
    matters = list(Matter.objects.exclude(state=State.JOINED).order_by("pk"))
    held = {each.pk: each.lapse_id for each in matters}
    cases = sorted({each.crn for each in matters} | {identity.survivor(each.crn, merges) for each in matters})
    rows = reader.rows(_LAPSES, [on, on, cases])
    parts: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        parts[row["lapse_id"]].append(row)
    attached = identity.attach(
        [
            Attached(
                lapse_id=each.lapse_id,
                duty=each.duty,
                case_id=each.crn,
                opened_on=each.opened_on,
                closed_on=each.closed_on,
            )
            for each in matters
        ],
        [
            LapseRow(
                lapse_id=row["lapse_id"],
                duty=row["duty"],
                case_id=row["case_id"],
                opened_on=row["opened_on"],
                closed_on=row["closed_on"],
            )
            for row in rows
        ],
        merges,
    )
    regions = _regions(reader, on=on)
    taken: set[str] = set()
    moved: dict[State, int] = defaultdict(int)
    changed: list[Matter] = []
    statuses: list[StatusRow] = []
    # A matter somebody has worked on keeps the lapse before one that is merely open.
    order = sorted(range(len(matters)), key=lambda n: (matters[n].state == State.OPEN, matters[n].pk))
    for n in order:
        matter, found = matters[n], attached[n]
        before = State(matter.state)
        if found.lapse is not None and found.lapse.lapse_id in taken:
            to = State.JOINED
        else:
            rows_of = parts[found.lapse.lapse_id] if found.lapse else []
            if found.lapse:
                taken.add(found.lapse.lapse_id)
            to = _follow(matter, rows_of, on=on, regions=regions)
        changed.append(matter)
        if to != before:
            moved[to] += 1
            statuses.append(_status(matter, to, because=_because(before, to), on=on))
            matter.state = to
            if to not in rules.DATED | {State.WAITING_FOR_RECORD, State.ASKED}:
                matter.until = None
            if to in rules.DONE:
                matter.then = ""
    _give_up_names(changed, held=held)
    _write(changed)
    StatusRow.objects.bulk_create(statuses, batch_size=BATCH)
    return moved


def _follow(matter: Matter, rows: list[dict[str, Any]], *, on: date, regions: Mapping[str, str]) -> State:
    """Bring the matter's copy of its lapse up to this night; returns the state it is in now."""
    if not rows:
        return rules.after_night(
            State(matter.state), is_open=False, is_in_records=False, until=matter.until, as_at=on
        )
    latest = rows[-1]
    matter.lapse_id, matter.obligation_id = latest["lapse_id"], latest["obligation_id"]
    matter.crn, matter.anchor_id = latest["case_id"], latest["anchor_id"] or ""
    matter.opened_on, matter.closed_on = rows[0]["opened_on"], latest["closed_on"]
    matter.severity, matter.last_seen_on = latest["severity"], on
    matter.team, matter.pdu = latest["team"] or "", latest["pdu"] or ""
    matter.region = regions.get(matter.crn, matter.region)
    for name in _EXPECTED:
        setattr(matter, name, latest[name])
    return rules.after_night(
        State(matter.state),
        is_open=any(_is_open(row, on=on) for row in rows),
        is_in_records=True,
        until=matter.until,
        as_at=on,
    )


def _new_matters(reader: Reader, *, night_id: str, duties_seen: frozenset[str]) -> int:
    on = day_of(reader)
    held = set(Matter.objects.exclude(state=State.JOINED).values_list("lapse_id", flat=True))
    regions = _regions(reader, on=on)
    parts: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in reader.rows(_LAPSES, [on, on, []]):
        if row["lapse_id"] not in held and _is_open(row, on=on):
            parts[row["lapse_id"]].append(row)
    made = [
        Matter(
            lapse_id=lapse_id,
            obligation_id=rows[-1]["obligation_id"],
            duty=rows[-1]["duty"],
            crn=rows[-1]["case_id"],
            anchor_id=rows[-1]["anchor_id"] or "",
            team=rows[-1]["team"] or "",
            pdu=rows[-1]["pdu"] or "",
            region=regions.get(rows[-1]["case_id"], ""),
            opened_on=rows[0]["opened_on"],
            closed_on=rows[-1]["closed_on"],
            severity=rows[-1]["severity"],
            **{name: rows[-1][name] for name in _EXPECTED},
            first_seen_night=night_id,
            first_seen_on=on,
            last_seen_on=on,
            is_backlog=rules.is_backlog(rows[-1]["duty"], duties_seen=duties_seen),
        )
        for lapse_id, rows in parts.items()
    ]
    Matter.objects.bulk_create(made, batch_size=BATCH)
    kept = Matter.objects.filter(first_seen_night=night_id, state=State.OPEN, statuses=None)
    StatusRow.objects.bulk_create(
        [_status(each, State.OPEN, because="seen", on=on) for each in kept], batch_size=BATCH
    )
    return len(made)


def _look_for_texts(reader: Reader, *, merges: Mapping[str, str]) -> tuple[int, int]:
    """Texts seen in nDelius are done, and what was decided takes effect; the others come back in time."""
    on = day_of(reader)
    texts = list(
        RecordText.objects.exclude(state=TextState.IN_RECORD).prefetch_related("matters").order_by("pk")
    )
    contacts = _contacts(
        reader, crns={identity.survivor(each.crn, merges) for each in texts} | {t.crn for t in texts}
    )
    claimed = set(RecordText.objects.exclude(seen_contact_id="").values_list("seen_contact_id", flat=True))
    seen = returned = 0
    for text in texts:
        crn = identity.survivor(text.crn, merges)
        here = [
            c
            for c in (*contacts[crn], *(contacts[text.crn] if crn != text.crn else ()))
            if c.contact_id not in claimed
        ]
        state, contact_id = rules.text_after_night(
            WaitingText(
                contact_type=text.contact_type,
                happened_on=text.happened_on,
                made_on=text.made_on,
                already=frozenset(text.already),
                state=TextState(text.state),
            ),
            here,
            as_at=on,
        )
        text.crn = crn
        if state == text.state:
            continue
        text.state, text.seen_contact_id = state, contact_id
        text.seen_on = on if contact_id else None
        text.save(update_fields=("crn", "state", "seen_contact_id", "seen_on"))
        _text_status(text, on=on)
        if contact_id:
            claimed.add(contact_id)
            seen += 1
            _complete(text, on=on)
        else:
            returned += 1
            _give_back(text, on=on)
    return seen, returned


def _complete(text: RecordText, *, on: date) -> None:
    """The contact is in nDelius: what was decided about each matter now stands."""
    for matter in text.matters.filter(state__in=(State.WAITING_FOR_RECORD, State.OPEN)).exclude(then=""):
        if matter.texts.order_by("pk").last() != text:
            continue  # decided anew since: the later text says what stands
        StatusRow.objects.bulk_create([_status(matter, State(matter.then), because="text_seen", on=on)])
        matter.state, matter.then = matter.then, ""
        matter.save(update_fields=("state", "then"))


def _give_back(text: RecordText, *, on: date) -> None:
    """Not seen in time: the matter is open again, and keeps what it would become if the contact is seen."""
    for matter in text.matters.filter(state=State.WAITING_FOR_RECORD):
        if matter.texts.order_by("pk").last() != text:
            continue
        StatusRow.objects.bulk_create([_status(matter, State.OPEN, because="text_returned", on=on)])
        matter.state = State.OPEN
        matter.save(update_fields=("state",))


def _contacts(reader: Reader, *, crns: Iterable[str]) -> Mapping[str, list[SeenContact]]:
    found: dict[str, list[SeenContact]] = defaultdict(list)
    for crn in sorted(set(crns)):
        for row in reader.of_case("contact", crn):
            recorded: datetime = row["recorded_at"]
            found[crn].append(
                SeenContact(
                    contact_id=row["contact_id"],
                    type=row["type"],
                    happened_on=row["happened_on"],
                    recorded_on=london_day(recorded),
                )
            )
    return found


def _regions(reader: Reader, *, on: date) -> Mapping[str, str]:
    rows = reader.rows(
        "SELECT case_id, region FROM n.case_span "
        "WHERE opened_on <= ? AND (closed_on IS NULL OR closed_on > ?)",
        [on, on],
    )
    return {row["case_id"]: row["region"] or "" for row in rows}


def _is_open(row: Mapping[str, Any], *, on: date) -> bool:
    return bool(row["opened_on"] <= on and (row["closed_on"] is None or row["closed_on"] > on))


def _because(before: State, to: State) -> str:
    if to is State.OPEN:
        return "again" if before in (State.MET, State.GONE, State.CLOSED) else "date_came"
    return {State.MET: "met", State.GONE: "gone", State.JOINED: "joined"}[to]


def _status(matter: Matter, state: State, *, because: str, on: date) -> StatusRow:
    assert because == "seen" or rules.may_move(State(matter.state), state, by=Mover.NIGHT), (
        f"a night does not take a matter from {matter.state} to {state}"
    )
    return StatusRow(
        matter=matter,
        state=state,
        because=because,
        by_kind=SYSTEM.kind,
        by_key=SYSTEM.key,
        at=timezone.now(),
        on=on,
    )


def _text_status(text: RecordText, *, on: date) -> None:
    StatusRow.objects.create(
        text=text,
        state=text.state,
        because="looked_for",
        by_kind=SYSTEM.kind,
        by_key=SYSTEM.key,
        at=timezone.now(),
        on=on,
    )


def _give_up_names(matters: list[Matter], *, held: Mapping[int, str]) -> None:
    """One lapse has one matter at a time, also while rows are being written: those that take another lapse,
    or give theirs up, let go of its name first."""
    letting_go = [each.pk for each in matters if each.state == State.JOINED or each.lapse_id != held[each.pk]]
    for start in range(0, len(letting_go), BATCH):
        Matter.objects.filter(pk__in=letting_go[start : start + BATCH]).update(
            lapse_id=Concat(Value("moving "), Cast("pk", CharField()))
        )


def _write(matters: list[Matter]) -> None:
    Matter.objects.bulk_update(
        matters,
        (
            "lapse_id",
            "obligation_id",
            "crn",
            "anchor_id",
            "team",
            "pdu",
            "region",
            "opened_on",
            "closed_on",
            "severity",
            *_EXPECTED,
            "last_seen_on",
            "state",
            "then",
            "until",
        ),
        batch_size=BATCH,
    )
