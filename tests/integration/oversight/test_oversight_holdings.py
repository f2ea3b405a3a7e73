"""What oversight and the log hold about a person, by kind, and that another person's is not counted."""

from __future__ import annotations

from typing import Any

from assay.access.accounts import holdings as of_accounts
from assay.access.audit import holdings as of_log
from assay.assurance.oversight import holdings
from assay.assurance.oversight.actions import ask, dispute
from assay.assurance.oversight.models import Matter
from assay.core.holdings import Held
from tests.factories.oversight import Lapse, World


def counts(found: tuple[Held, ...]) -> dict[str, tuple[int, str]]:
    return {each.kind.worded(): (each.count, each.keep.value) for each in found}


def test_what_was_written_about_a_person_is_counted_for_them_alone(world: World, cast: Any) -> None:
    world.attach([Lapse(), Lapse(duty="S04", crn="X900002")])
    with world.reader() as reader:
        ask(
            reader,
            by=cast.spo,
            crn="X900001",
            matters=[Matter.objects.get(crn="X900001").uuid],
            question="Why?",
        )
        dispute(reader, by=cast.practitioner, matter=Matter.objects.get(crn="X900002").uuid, reason="Moved.")
    assert counts(holdings.held("X900001")) == {
        "Open matters and what became of them": (1, "with_record"),
        "Questions and replies": (1, "decision"),
        "Changes of state": (2, "with_record"),
    }
    assert counts(holdings.held("X900002")) == {
        "Open matters and what became of them": (1, "with_record"),
        "What somebody said is wrong": (1, "decision"),
        "Changes of state": (2, "with_record"),
    }
    assert holdings.held("X900009") == ()
    assert counts(of_log.held("X900001")) == {
        "Entries of the log that name the case": (1, "log"),
        "Details of those entries": (1, "log"),
    }


def test_what_a_person_who_works_here_wrote_and_was_asked(world: World, cast: Any) -> None:
    world.attach([Lapse()])
    with world.reader() as reader:
        ask(reader, by=cast.spo, crn="X900001", matters=[Matter.objects.get().uuid], question="Why?")
    assert counts(holdings.held_of_user(cast.spo)) == {"Questions put": (1, "decision")}
    assert counts(holdings.held_of_user(cast.practitioner)) == {
        "Questions received": (1, "decision"),
        "Short reads of their cases": (1, "decision"),
    }
    assert counts(of_accounts.held_of_user(cast.spo))["An account"] == (1, "account")
    assert counts(of_log.held_of_user(str(cast.spo.uuid)))["Entries of the log made by them"][0] >= 1
