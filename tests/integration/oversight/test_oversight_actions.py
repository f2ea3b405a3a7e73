"""Every write is one deed with its log entry, and a refusal leaves nothing behind."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from assay.assurance.oversight.models import (
    Adoption,
    Decision,
    Discussion,
    Dispute,
    Matter,
    RecordText,
    StatusRow,
)
from assay.assurance.oversight.types import State
from assay.assurance.oversight.wording import Answers
from assay.core.errors import Refused
from tests.factories.oversight import NEXT_DAY, TWO_LATER, Lapse, World

ANSWERS = Answers(
    facts="High RoSH",
    risk="A partner may be hurt.",
    unknown="What police know.",
    others="Children's services.",
    change="Ask police today.",
    by_when=date(2026, 3, 12),
)


def everything() -> list[int]:
    from assay.access.audit.models import Entry

    rooms = (Matter, RecordText, StatusRow, Discussion, Decision, Dispute, Adoption, Entry)
    return [each.objects.count() for each in rooms] + [
        hash(tuple(Matter.objects.order_by("pk").values_list("state", "then", "until")))
    ]


def discuss(world: World, by: Any, **more: Any) -> Discussion:
    from assay.assurance.oversight.actions import discuss as act

    given = {"answers": ANSWERS, "practitioner": "Pat One", "happened_on": date(2026, 2, 26), **more}
    given.setdefault("matters", list(Matter.objects.filter(crn="X900001").values_list("uuid", flat=True)))
    with world.reader() as reader:
        return act(
            reader, by=by, crn=more.pop("crn", "X900001"), **{k: v for k, v in given.items() if k != "crn"}
        )


def seen(world: World, *, happened_on: date = date(2026, 2, 26), contact_type: str = "MO1") -> None:
    world.rows["contact"] = [
        {
            "contact_id": "seen-1",
            "crn": "X900001",
            "type": contact_type,
            "happened_on": happened_on,
            "recorded_at": datetime(2026, 2, 27, 9, tzinfo=UTC),
        }
    ]


def test_a_discussion_makes_text_waits_for_ndelius_and_is_logged(world: World, cast: Any) -> None:
    from assay.access.audit.models import Entry

    world.attach([Lapse()])
    entries = Entry.objects.count()
    made = discuss(world, cast.spo)
    matter, text = Matter.objects.get(), made.text
    assert (matter.state, matter.then, matter.until) == ("waiting_for_record", "planned", date(2026, 3, 12))
    assert (text.contact_type, text.happened_on, text.state) == ("MO1", date(2026, 2, 26), "waiting")
    for words in ("A partner may be hurt.", "What police know.", "Ask police today.", "12 March 2026"):
        assert words in text.words
    assert Entry.objects.count() == entries + 1
    assert Entry.objects.latest("pk").what == "discussion recorded"


def test_a_discussion_is_planned_once_a_night_sees_it_and_comes_back_on_its_day(
    world: World, cast: Any
) -> None:
    world.attach([Lapse()])
    discuss(world, cast.spo)
    seen(world)
    assert world.attach([Lapse()], as_at=NEXT_DAY).texts_seen == 1
    assert (Matter.objects.get().state, RecordText.objects.get().seen_contact_id) == ("planned", "seen-1")
    world.attach([Lapse()], as_at=date(2026, 3, 12))
    assert Matter.objects.get().state == State.OPEN


def test_a_text_not_seen_comes_back_and_counts_if_it_is_seen_later(world: World, cast: Any) -> None:
    world.attach([Lapse()])
    discuss(world, cast.spo)
    world.attach([Lapse()], as_at=NEXT_DAY)
    assert Matter.objects.get().state == State.WAITING_FOR_RECORD
    assert world.attach([Lapse()], as_at=TWO_LATER).texts_returned == 1
    assert (Matter.objects.get().state, RecordText.objects.get().state) == ("open", "returned")
    seen(world)
    world.attach([Lapse()], as_at=date(2026, 3, 3))
    assert (Matter.objects.get().state, RecordText.objects.get().state) == ("planned", "in_record")


def test_one_contact_answers_for_one_text(world: World, cast: Any) -> None:
    world.attach([Lapse(), Lapse(duty="S04")])
    first, second = Matter.objects.order_by("pk")
    discuss(world, cast.spo, matters=[first.uuid])
    discuss(world, cast.spo, matters=[second.uuid])
    seen(world)
    world.attach([Lapse(), Lapse(duty="S04")], as_at=NEXT_DAY)
    assert sorted(RecordText.objects.values_list("state", flat=True)) == ["in_record", "waiting"]


def test_a_question_goes_to_the_holder_and_comes_back_with_the_reply(world: World, cast: Any) -> None:
    from assay.assurance.oversight.actions import ask, reply

    world.attach([Lapse()])
    with world.reader() as reader:
        asked = ask(
            reader,
            by=cast.spo,
            crn="X900001",
            matters=[Matter.objects.get().uuid],
            question="Who lives there?",
        )
        assert (asked.staff_code, Matter.objects.get().state) == ("P1", "asked")
        answered = reply(reader, by=cast.practitioner, ask=asked.uuid, answer="Her mother does.")
        assert Matter.objects.get().state == State.OPEN
        assert answered.text.contact_type == "C238"
        assert "Her mother does." in answered.text.words
        before = everything()
        with pytest.raises(Refused):
            reply(reader, by=cast.practitioner, ask=asked.uuid, answer="Again.")
    assert everything() == before


def test_do_not_visit_is_written_as_the_risk_forms_own_outcome(world: World, cast: Any) -> None:
    from assay.assurance.oversight.actions import decide

    world.attach([Lapse(duty="S15")])
    with world.reader() as reader:
        made = decide(
            reader,
            by=cast.spo,
            crn="X900001",
            matters=[Matter.objects.get().uuid],
            kind="decided_not_to",
            about="Home visit",
            reason="A dog was set on a colleague.",
            owner="Huw Example",
            review_on=date(2026, 3, 5),
            do_not_visit=True,
        )
    assert (made.text.contact_type, made.text.outcome) == ("MO8", "HVEX")
    assert "Do not visit, because: A dog was set on a colleague." in made.text.words


def test_wrong_counts_until_a_second_person_agrees(world: World, cast: Any) -> None:
    from assay.access.accounts.models import User
    from assay.assurance.oversight.actions import agree_dispute, dispute

    head = User.objects.get(username="helen.placeholder")
    world.attach([Lapse()])
    with world.reader() as reader:
        made = dispute(
            reader, by=cast.spo, matter=Matter.objects.get().uuid, reason="She was never released."
        )
        assert Matter.objects.get().state == State.SAID_WRONG
        before = everything()
        for nobody in (cast.spo, cast.practitioner, cast.stranger):
            with pytest.raises(Refused):
                agree_dispute(reader, by=nobody, dispute=made.uuid, agrees=True, about="Police enquiry")
        assert everything() == before
        agree_dispute(reader, by=head, dispute=made.uuid, agrees=True, about="Police enquiry")
    assert (Matter.objects.get().state, Matter.objects.get().then) == ("waiting_for_record", "wrong")
    seen(world, contact_type="CTPJ")
    world.attach([Lapse()], as_at=NEXT_DAY)
    assert Matter.objects.get().state == State.WRONG


def test_a_second_person_who_does_not_agree_opens_it_again(world: World, cast: Any) -> None:
    from assay.access.accounts.models import User
    from assay.assurance.oversight.actions import agree_dispute, dispute

    head = User.objects.get(username="helen.placeholder")
    world.attach([Lapse()])
    with world.reader() as reader:
        made = dispute(reader, by=cast.practitioner, matter=Matter.objects.get().uuid, reason="I rang them.")
        agree_dispute(
            reader, by=head, dispute=made.uuid, agrees=False, about="", reason="Nothing is written."
        )
    assert (Matter.objects.get().state, RecordText.objects.count()) == ("open", 0)


BAD: tuple[tuple[str, Callable[[], dict[str, Any]]], ...] = (
    ("an empty answer", lambda: {"answers": Answers(**{**_fields(), "risk": " "})}),
    ("a day gone by", lambda: {"answers": Answers(**{**_fields(), "by_when": date(2026, 2, 26)})}),
    ("a discussion of last year", lambda: {"happened_on": date(2025, 12, 1)}),
    ("a discussion to come", lambda: {"happened_on": date(2026, 4, 1)}),
    ("nothing chosen", lambda: {"matters": []}),
    ("another person's matter", lambda: {"matters": [Matter.objects.get(crn="X900002").uuid]}),
)


def _fields() -> dict[str, Any]:
    return {name: getattr(ANSWERS, name) for name in ANSWERS.__slots__}


@pytest.mark.parametrize(("what", "more"), BAD, ids=[each[0] for each in BAD])
def test_a_discussion_that_is_refused_changes_nothing(
    world: World, cast: Any, what: str, more: Callable[[], dict[str, Any]]
) -> None:
    world.attach([Lapse(), Lapse(crn="X900002")])
    before = everything()
    with pytest.raises(Refused):
        discuss(world, cast.spo, **more())
    assert everything() == before


def test_nobody_but_the_cases_managers_may_record_a_discussion(world: World, cast: Any) -> None:
    world.attach([Lapse()])
    before = everything()
    for nobody in (cast.practitioner, cast.practitioner_elsewhere, cast.stranger, cast.inspector):
        with pytest.raises(Refused):
            discuss(world, nobody)
    assert everything() == before


def test_a_log_that_cannot_be_written_takes_the_deed_with_it(
    world: World, cast: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from assay.assurance.oversight.actions import steps

    def broken(*args: Any, **more: Any) -> None:
        raise OSError("the disk is full")

    world.attach([Lapse()])
    before = everything()
    monkeypatch.setattr(steps, "record", broken)
    with pytest.raises(OSError, match="disk is full"):
        discuss(world, cast.spo)
    assert everything() == before
