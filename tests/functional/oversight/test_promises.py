"""Each test tries to break one promise through the pages people use."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Any

import pytest

from assay.assurance.oversight import queries
from assay.assurance.oversight.models import Matter, RecordText
from tests.factories.oversight import AS_AT, NEXT_DAY, TWO_LATER, Lapse, World
from tests.functional.oversight.asking import client, discussed, page, person


def without_tokens(response: Any) -> str:
    """The body without what differs on every answer: the form token and the nonce."""
    body = response.content.decode()
    body = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", body)
    body = re.sub(r'nonce="[^"]+"', "", body)
    return re.sub(r"/people/[0-9a-f-]{36}/", "", body)


def test_promise_1_a_discussion_alone_meets_nothing_and_comes_back(world: World, cast: Any) -> None:
    world.attach([Lapse()])
    response = discussed(cast.spo, "X900001")
    assert response.status_code == 302, response.content.decode()
    text = page(cast.spo, response["Location"])
    assert "Waiting for nDelius" in text
    assert "Ask police today." in text
    assert "Sam Invented1" not in page(cast.spo, "/today/")
    world.attach([Lapse()], as_at=TWO_LATER)
    again = page(cast.spo, "/today/")
    assert "Came back: not seen in nDelius" in again
    assert "Sam Invented1" in again
    assert Matter.objects.get().state == "open"


def test_promise_1_every_decision_leaves_text_for_the_record(world: World, cast: Any) -> None:
    from assay.assurance.oversight import models

    with_text = {
        each.__name__ for each in vars(models).values() if hasattr(each, "text") and hasattr(each, "objects")
    }
    assert {"Discussion", "Decision", "Dispute", "Ask", "RungClaim", "ShortRead"} <= with_text
    assert not models.Discussion._meta.get_field("text").null
    assert not models.Decision._meta.get_field("text").null


def test_promise_4_an_assumed_window_is_in_no_queue_before_adoption_and_never_late(
    world: World, cast: Any
) -> None:
    from assay.access.accounts.models import User
    from assay.assurance.oversight.actions import adopt_window
    from assay.core.errors import Refused

    world.attach([Lapse(confidence="assumed")])
    before = page(cast.spo, "/today/")
    assert "Sam Invented1" not in before
    assert "not adopted" in page(cast.spo, "/open-work/").lower()
    with world.reader() as reader:
        with pytest.raises(Refused):
            adopt_window(reader, by=cast.spo, region="N52", window="police_enquiry")
        rhys = User.objects.get(username="rhys.region")
        adopt_window(reader, by=rhys, region="N52", window="police_enquiry")
    after = page(cast.spo, "/today/")
    assert "Sam Invented1" in after
    assert "not seen after 5 working days (starting value, adopted by the region 26 February 2026)" in after
    assert not re.search(r"\b(late|overdue|breach)\b", re.sub(r"<[^>]+>", " ", after))


def test_promise_5_the_page_never_says_there_is_nothing_to_do(world: World, cast: Any) -> None:
    world.attach([], unknown=[("X900001", "S04")])
    found = page(cast.spo, "/today/")
    assert "Nothing open in the 6 duties checked." in found
    assert "1 of 2 people could not be checked for children." in found
    assert "nothing to do" not in found.lower()


def test_promise_5_six_people_and_the_critical_beyond_go_to_the_head_by_name(world: World, cast: Any) -> None:
    from assay.access.accounts.models import User

    world.cases = {f"X90000{n}": "P1" for n in range(1, 9)}
    world.rows["rosh"] = [{"crn": crn, "level": "high", "opened_on": date(2026, 1, 5)} for crn in world.cases]
    world.attach([Lapse(crn=crn, severity=4) for crn in world.cases])
    found = page(cast.spo, "/today/")
    assert len(re.findall("data-assay-person", found)) == 6
    assert "6 shown of the 8 people with something open." in found
    head = page(User.objects.get(username="helen.placeholder"), "/today/")
    assert [f"Sam Invented{n}" in head for n in range(1, 9)] == [False] * 6 + [True] * 2


def test_promise_5_backlog_that_delay_alone_made_critical_does_not_go_to_the_head(
    world: World, cast: Any
) -> None:
    from assay.access.accounts.models import User

    world.cases = {f"X90000{n}": "P1" for n in range(1, 9)}
    world.attach([Lapse(crn=crn, severity=4) for crn in world.cases])
    assert "Critical" not in page(cast.spo, "/today/")
    head = page(User.objects.get(username="helen.placeholder"), "/today/")
    assert "No critical person stands beyond a team" in head
    assert "Sam Invented" not in head


def test_promise_5_the_head_sees_twenty_and_how_many_more_and_every_one_by_name(
    world: World, cast: Any
) -> None:
    from assay.access.accounts.models import User

    world.cases = {f"X9{n:05d}": "P1" for n in range(1, 30)}
    world.rows["rosh"] = [{"crn": crn, "level": "high", "opened_on": date(2026, 1, 5)} for crn in world.cases]
    world.attach([Lapse(crn=crn, severity=4) for crn in world.cases])
    head = User.objects.get(username="helen.placeholder")
    first, every = page(head, "/today/"), page(head, "/today/?all=1")
    assert len(set(re.findall(r"X9\d{5}", first))) == 20
    assert "And 3 more critical people, who are in their teams" in first
    assert len(set(re.findall(r"X9\d{5}", every))) == 23
    assert "more critical" not in every
    assert "23 more people are in open work" in page(cast.spo, "/today/")


def test_promise_6_a_practitioner_sees_their_own_and_nobody_elses(world: World, cast: Any) -> None:
    world.cases["X900003"] = "P2"
    world.attach([Lapse(), Lapse(crn="X900003", practitioner="P2", team="N52A1T2")])
    own = page(cast.practitioner, "/today/")
    assert "Sam Invented1" in own
    assert "Sam Invented3" not in own
    assert "Sam Invented3" in page(cast.practitioner_elsewhere, "/today/")
    assert client(cast.practitioner).get(person("X900003")).status_code == 404
    assert client(cast.spo).get(person("X900003")).status_code == 404


def test_promise_6_no_figure_is_made_of_a_practitioner(world: World, cast: Any) -> None:
    import dataclasses

    from assay.assurance.oversight import types
    from assay.core.figures import Count

    counted = [
        name
        for name, each in vars(types).items()
        if dataclasses.is_dataclass(each)
        and any("Count" in str(field.type) for field in dataclasses.fields(each))
        and {"staff_code", "practitioner"} & {field.name for field in dataclasses.fields(each)}
    ]
    assert counted == []
    assert Count.__name__ == "Count"


def test_promise_7_a_barred_and_an_absent_person_are_one_page_and_in_no_list(world: World, cast: Any) -> None:
    from uuid import uuid4

    world.rows["access_limitation"] = [{"crn": "X900001", "username": "SPOONE", "kind": "excluded"}]
    world.attach([Lapse(), Lapse(crn="X900002")])
    spo = client(cast.spo)
    barred, absent = spo.get(person("X900001")), spo.get(f"/people/{uuid4()}/")
    assert (barred.status_code, absent.status_code) == (404, 404)
    assert without_tokens(barred) == without_tokens(absent)
    for path in ("/today/", "/open-work/", "/people/"):
        found = page(cast.spo, path)
        assert "X900001" not in found
        assert "Sam Invented1" not in found
    searched = spo.post("/people/", {"search": "X900001"}).content.decode()
    nobody = spo.post("/people/", {"search": "X999999"}).content.decode()
    assert re.sub("X9\\d+", "", without_tokens_text(searched)) == re.sub(
        "X9\\d+", "", without_tokens_text(nobody)
    )
    assert "Sam Invented1" in page(cast.practitioner, "/today/")


def without_tokens_text(body: str) -> str:
    return re.sub(r'nonce="[^"]+"', "", re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", body))


@pytest.mark.parametrize("deed", ["discussion/", "ask/", "not-now/", "wrong/"])
def test_promise_7_no_form_opens_for_a_barred_person(world: World, cast: Any, deed: str) -> None:
    world.rows["access_limitation"] = [{"crn": "X900001", "username": "SpoOne", "kind": "excluded"}]
    world.attach([Lapse()])
    assert client(cast.spo).get(person("X900001") + deed).status_code == 404
    assert client(cast.spo).post(person("X900001") + deed, {}).status_code == 404
    assert RecordText.objects.count() == 0


def test_promise_7_a_text_written_before_the_limit_is_closed_by_it(world: World, cast: Any) -> None:
    world.attach([Lapse()])
    place = discussed(cast.spo, "X900001")["Location"]
    world.rows["access_limitation"] = [{"crn": "X900001", "username": "SpoOne", "kind": "excluded"}]
    world.attach([Lapse()], as_at=NEXT_DAY)
    assert client(cast.spo).get(place).status_code == 404


def test_promise_8_do_not_disclose_stands_before_everything_else(world: World, cast: Any) -> None:
    world.rows["contact"] = [{"contact_id": "contact-1", "crn": "X900001"}]
    world.rows["words"] = [
        {
            "crn": "X900001",
            "subject": "contact",
            "subject_id": "contact-1",
            "flag": "do_not_disclose",
            "body": "His sister told us where he is.",
            "written_at": datetime(2026, 2, 1, tzinfo=UTC),
        }
    ]
    world.attach([Lapse(duty="S15")])
    for path in (person("X900001"), person("X900001") + "not-now/"):
        found = page(cast.spo, path)
        main = found[found.index('id="main-content"') :]
        assert main.index("Do not disclose; source at risk") < main.index("Sam Invented1")
    assert "Do not visit, because" in page(cast.spo, person("X900001") + "not-now/")


def test_a_stranger_and_an_inspector_are_let_into_nothing(world: World, cast: Any) -> None:
    world.attach([Lapse()])
    for nobody in (cast.stranger, cast.inspector):
        for path in (
            "/today/",
            "/open-work/",
            "/people/",
            "/policy-values/",
            "/limited-access/",
            "/staffing/",
            person("X900001"),
        ):
            assert client(nobody).get(path).status_code == 403


def test_every_look_at_a_person_is_logged_with_the_case(world: World, cast: Any) -> None:
    from assay.access.audit.models import Entry, EntrySubject

    world.attach([Lapse()])
    page(cast.spo, "/today/")
    page(cast.spo, person("X900001"))
    said = list(
        Entry.objects.filter(verb="consultation", actor_key=str(cast.spo.uuid)).values_list("what", flat=True)
    )
    assert said == ["today", "person"]
    entry = Entry.objects.filter(what="person").latest("pk")
    assert list(EntrySubject.objects.filter(entry=entry).values_list("kind", "key")) == [("case", "X900001")]


def test_what_today_asks_stands_on_one_night(world: World, cast: Any) -> None:
    world.attach([Lapse()])
    with world.reader() as reader:
        found = queries.today(reader, user=cast.spo)
    assert (found.as_at, found.caseload, found.queue.people) == (AS_AT, 2, 1)
    assert found.as_at != date(2026, 1, 1)
