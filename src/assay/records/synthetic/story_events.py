"""What happens in the demonstration's stories: contacts, enquiries and assessments, with their words."""

from __future__ import annotations

from datetime import timedelta

from assay.records.synthetic import demonstration as fixed
from assay.records.synthetic.story_book import HOLDERS, Book, Story

_ASKED = {"police": ("C369", "DA", "C515"), "childrens_services": ("SFGC", "LASENT", "SFRR")}


def _contact(
    book: Book, story: Story, day: int, kind: str, outcome: str | None, who: str, text: str, *, sentence: str
) -> str:
    staff = HOLDERS["spo" if who == "spo" else story["holder"]]
    made = book.add(
        "contact",
        "contact_id",
        "CO",
        crn=story["crn"],
        sentence_id=sentence,
        type=kind,
        happened_on=book.day(day),
        recorded_at=book.at(day),
        outcome=outcome,
        staff_code=staff,
        team_code=fixed.TEAM_CODE,
        sensitive=False,
    )
    judged = kind in ("MO1", "CSPO", "SPOD03")
    _words(book, story, "contact", made, "note", text, staff, day, kind="judgement" if judged else "fact")
    return made


def _words(
    book: Book,
    story: Story,
    subject: str,
    key: str,
    section: str,
    text: str,
    author: str,
    day: int,
    *,
    kind: str = "fact",
    flag: str = "none",
) -> None:
    book.add(
        "words",
        "words_id",
        "WO",
        crn=story["crn"],
        subject=subject,
        subject_id=key,
        section=section,
        kind=kind,
        flag=flag,
        author=author,
        written_at=book.at(day),
        body=book.told(text),
    )


def tell_enquiry(book: Book, story: Story, told: Story, *, sentence: str) -> None:
    asks, outcome, answers = _ASKED[told["agency"]]
    address = book.rows["address"][-1]["address_id"]
    children = told["agency"] == "childrens_services"
    other = told["kind"] == "domestic_abuse_and_other"
    asked = _contact(
        book,
        story,
        told["asked"],
        asks,
        "DAOTH" if other else outcome,
        "holder",
        "Enquiry sent with the reason for it and the address on file.",
        sentence=sentence,
    )
    answered = told.get("answered")
    back = None
    if answered is not None:
        known = None if not children else ("SSNK" if told["reply"] == "not_known" else "SSKN")
        back = _contact(
            book,
            story,
            answered,
            answers,
            known,
            "holder",
            "Answer received; the text is with the enquiry.",
            sentence=sentence,
        )
    made = book.add(
        "enquiry",
        "enquiry_id",
        "EN",
        crn=story["crn"],
        agency=told["agency"],
        kind=told["kind"],
        outcome="sent",
        address_id=address,
        local_authority=book.council if children else None,
        asked_on=book.day(told["asked"]),
        answered_on=None if answered is None else book.day(answered),
        reply=told.get("reply"),
        asked_contact_id=asked,
        answered_contact_id=back,
        recorded_at=book.at(told["asked"]),
        answer_recorded_at=None if answered is None else book.at(answered),
    )
    if answered is not None:
        author = "Children's services (synthetic)" if children else "Police (synthetic)"
        flag = told.get("flag", "third_party" if children else "none")
        _words(book, story, "enquiry", made, "reply", told["text"], author, answered, flag=flag)


def tell_assessment(book: Book, story: Story, told: Story, *, sentence: str) -> None:
    crn, staff = story["crn"], HOLDERS[story["holder"]]
    second = book.day(told["countersigned"])
    made = book.add(
        "assessment",
        "assessment_id",
        "AS",
        crn=crn,
        type=told["type"],
        status="COMPLETE",
        staff_code=staff,
        started_on=book.day(told["begun"]),
        signed_on=book.day(told["signed"]),
        locked_on=book.day(told["signed"]),
        completed_on=second,
        countersigned_on=second,
        countersigned_by=fixed.SPO_STAFF_CODE,
        risk_children=story["rosh"]["children"],
        domestic_abuse="ADVP" in story["registers"],
        recorded_at=book.at(told["countersigned"]),
    )
    for section, text in told["sections"].items():
        kind = (
            "opinion"
            if section in ("nature_of_risk", "risk_greatest", "risk_increases", "risk_reduces")
            else "fact"
        )
        kind = "judgement" if section == "who_is_at_risk" else kind
        _words(book, story, "assessment", made, section, text, staff, told["signed"], kind=kind)
    for kind, protects, agency in told["plan"]:
        book.add(
            "plan_row",
            "plan_row_id",
            "PL",
            assessment_id=made,
            crn=crn,
            kind=kind,
            protects=protects,
            owner_agency=agency,
            due_on=book.day(told["signed"]) + timedelta(days=84),
            recorded_at=book.at(told["signed"]),
        )


_ROUTINE = (
    "Attended on time. We went over the week and the plan for the next.",
    "Attended. Worked on the third exercise. He or she could say what had been hard and why.",
    "Attended. Talked about work and money. Nothing new to act on.",
    "Attended. Checked the address, who is at home, and any contact with police: none reported.",
)


def tell_contacts(book: Book, story: Story, *, sentence: str) -> None:
    for day, kind, outcome, who, text in story["contacts"]:
        _contact(book, story, day, kind, outcome, who, text, sentence=sentence)
    start, every = story["sentence"]["started"], story["routine"]
    taken = {row["happened_on"] for row in book.rows["contact"] if row["crn"] == story["crn"]}
    first = "First appointment. Conditions explained, address and telephone number confirmed."
    for number, day in enumerate(range(start + 1, 0, every)):
        if book.day(day) not in taken:
            text = _ROUTINE[number % len(_ROUTINE)] if number else first
            text = text.replace("He or she", "She" if story["gender"] == "F" else "He")
            _contact(
                book, story, day, "COAP" if number else "COAI", "ATTC", "holder", text, sentence=sentence
            )
