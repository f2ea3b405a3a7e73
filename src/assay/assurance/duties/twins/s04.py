"""S04, slowly: the enquiry to children's services."""

from __future__ import annotations

from datetime import date, timedelta

from assay.assurance.duties.reference_cases import ONE, Case
from assay.assurance.duties.reference_sentences import Sentence, excused, raised


def sentence(case: Case) -> Sentence:
    risky = case.codes("child_risk_levels")
    registers = case.registered("child_registers")
    levels = [each for each in case.rosh if each.row["children"] in risky]
    stated = sorted(
        (each for each in case.assessments if each.row["risk_children"] is not None),
        key=lambda each: (each.start, each.row_id),
    )

    def concern(day: date) -> bool:
        last = [each for each in stated if each.start <= day]
        return any(each.holds(day) for each in (*case.children, *registers, *levels)) or bool(
            last and last[-1].row["risk_children"] in risky
        )

    first_word = [each.start for each in (*case.children, *registers, *stated)]
    first_word += [each.start for each in case.rosh if each.row["children"] is not None]

    def applies(day: date) -> bool:
        return case.is_supervised(day) and concern(day)

    def unknown(day: date) -> str | None:
        silent = not first_word or day < min(first_word)
        return "nothing_recorded" if silent and case.is_supervised(day) else None

    lived = [each for each in case.addresses if each.row["type"] in case.codes("lived_at_addresses")]
    newly = [each for each in levels if applies(each.start) and not applies(each.start - ONE)]
    asked = [
        each
        for each in case.enquiries
        if each.row["agency"] == "childrens_services"
        and each.row["kind"] in case.codes("child_enquiries")
        and each.row["outcome"] == "sent"
    ]
    good = timedelta(days=case.length("child_enquiry_still_good"))
    excuses = []
    for each in asked:
        new = [other.start for other in (*case.children, *lived) if other.start > each.start]
        last = min([each.start + good, *(day - ONE for day in new)])
        excuses.append(excused(each, "recent_enquiry", first=each.start + ONE, last=last))
        if (about := each.row["address_id"]) is not None:
            excuses.append(
                excused(each, "address_asked", first=each.start + ONE, last=each.start + good, anchor=about)
            )
    window = "child_enquiry"
    return Sentence(
        applies=applies,
        unknown=unknown,
        triggers=[
            *raised(case.sentences, "start", "sentence", window),
            *raised(case.re_releases(), "release", "release", window),
            *raised(case.later(lived, case.supervised), "move", "address", window),
            *raised(case.later(case.children, case.supervised), "child_known", "circle", window),
            *raised(case.later(registers, case.supervised), "concern", "registration", window),
            *raised(case.later(newly, case.supervised), "risk_found", "rosh", window),
        ],
        evidence=asked,
        excuses=excuses,
        severity=case.number("child_enquiry_severity"),
        severe=case.number("child_enquiry_severity_child_protection"),
        severe_on=lambda day: any(r.holds(day) for r in case.registered("child_protection_registers")),
    )
