"""S25: contact offered to victims, and notice to them."""

from __future__ import annotations

from datetime import date

import ibis

from assay.assurance.duties.inputs import FOREVER
from assay.assurance.duties.records import Records
from assay.assurance.duties.rules import Once, evidence, excused, named, raised
from assay.assurance.duties.types import Clause, Duty
from assay.assurance.duties.verbs import Table, holding, merge, union
from assay.core.messages import message

DUTY = Duty(
    code="S25",
    name=message("Contact offered to victims, and notice to them"),
    sentence=message(
        "A victim under the Victim Contact Scheme is offered contact within eight weeks, and one who wishes "
        "to be told has a notice by the day of a release and within two working days of a recall."
    ),
    population=message(
        "People sentenced to custody, from sentence on, with a victim under the scheme. Where the sentence "
        "is for violence or a sexual offence and twelve months or more, and no victim is on record, the case "
        "is unknown."
    ),
    evidence=message("The day contact was offered; notices to the victim, by their dates."),
    exclusions=message("A victim who does not wish to be told, or could not be found."),
    limits=message(
        "Only dates are read: who the victim is and what they said never leave victim liaison. What a victim "
        "asked for in licence conditions, and whether the plan protects them, is not asked here."
    ),
    after_the_fact=message(
        "Notices are read on the night after they are recorded, so nothing warns before a release."
    ),
    severity="3",
    windows=(
        "victim_offer",
        "victim_release_notice",
        "victim_recall_notice",
        "victim_notice_before",
        "victim_scheme_months",
        "victim_severity",
    ),
    codes=(
        "custodial_sentences",
        "victim_release_events",
        "victim_recall_events",
        "victims_who_wish_to_be_told",
        "victims_not_to_be_told",
    ),
    tables=("victim_contact",),
    clauses={
        "victim": Clause(message("A victim came under the scheme"), "victim_contact"),
        "scheme_sentence": Clause(message("Sentenced to custody for a grave offence"), "sentence"),
        "release": Clause(message("Released, and a victim wished to be told"), "release"),
        "recall": Clause(message("Recalled, and a victim wished to be told"), "recall"),
        "not_to_be_told": Clause(
            message("The victim does not wish to be told, or could not be found"), "victim_contact"
        ),
        "no_victim_recorded": Clause(
            message("A sentence the scheme covers, and no victim is on record"), "sentence"
        ),
        "choice_not_recorded": Clause(
            message("Whether the victim wishes to be told is not on record"), "victim_contact"
        ),
        "no_victim_notice": Clause(message("No notice to a victim is in the records"), "victim_notice"),
    },
    source="Victim Contact Scheme; eight weeks by the MAPPA page of Norfolk, a former norm; S25",
    author="Assay",
    checker="Not yet checked outside Assay",
    next_review=date(2026, 12, 31),
    version=1,
)


def rule(records: Records) -> Once:
    passed = records.passed
    life = records.keep(merge(passed))
    victims = _victims(records)
    under = holding(victims, life).select("case_id", "row_id", opened="on", closed="life_closed")
    silent = _silent(records, victims)
    offered = victims.filter(victims.offered_on.notnull())
    gone = victims.filter(victims.choice.isin(sorted(records.codes("victims_not_to_be_told"))))
    notices = records.dated("victim_notice", "told_on", "victim_contact_id", "event")
    return Once(
        life=life,
        population=merge(under),
        triggers=union(
            raised(victims, "victim", table="victim_contact", on="on", window="victim_offer", since="offer"),
            _notices_due(records, victims, notices, _releases(records), "release"),
            _notices_due(records, victims, notices, _recalls(records), "recall"),
            raised(
                silent.filter(silent.never),
                "scheme_sentence",
                table="sentence",
                window="victim_offer",
                since="beyond",
                unsure=ibis.literal("no_victim_recorded"),
            ),
        ),
        evidence=evidence(
            offered.mutate(on=offered.offered_on, known=ibis.greatest(offered.known, offered.offered_on)),
            notices,
        ),
        because=named(under, "victim"),
        severity=records.number("victim_severity"),
        excuses=excused(gone, "not_to_be_told", on=gone.chosen, for_anchor=gone.row_id),
        unknown=merge(silent.mutate(closed=silent.unknown_to)).mutate(
            clause=ibis.literal("no_victim_recorded")
        ),
    )


def _victims(records: Records) -> Table:
    """Victims under the scheme, with the day they chose, and ``offer``, the day contact was offered, beyond
    all days where it was not."""
    columns = ("sentence_id", "offered_on", "choice", "choice_on")
    rows = records.dated("victim_contact", "eligible_on", *columns, ahead=("choice_on",))
    chosen = rows.choice_on.coalesce(rows.on)
    records.note(rows, chosen)
    made = (chosen <= records.as_at) & rows.choice.notnull()
    return records.keep(
        rows.mutate(
            choice=made.ifelse(rows.choice, ibis.null("string")),
            chosen=made.ifelse(chosen, ibis.null("int64")),
            offer=rows.offered_on.fill_null(FOREVER),
        )
    )


def _releases(records: Records) -> Table:
    return records.releases.select("case_id", "row_id", "on", "known", "sentence_id")


def _recalls(records: Records) -> Table:
    recalls = records.dated("recall", "recalled_on", "release_id")
    releases = records.releases.select(release="row_id", sentence_id="sentence_id")
    joined = recalls.join(releases, recalls.release_id == releases.release)
    return joined.select("case_id", "row_id", "on", "known", "sentence_id")


def _notices_due(records: Records, victims: Table, notices: Table, events: Table, kind: str) -> Table:
    """A notice for each release or recall under a sentence with a victim who wishes to be told, or who may:
    due to all of them, so that it is met when the last was told."""
    before = records.length("victim_notice_before")
    ours = victims.select(
        "sentence_id", "choice", victim="row_id", eligible="on", chosen=victims.chosen.fill_null(FOREVER)
    )
    each = events.join(ours, "sentence_id").filter(lambda rows: rows.eligible <= rows.on)
    wishing = each.choice.isin(sorted(records.codes("victims_who_wish_to_be_told")))
    each = each.mutate(wishes=(wishing & (each.chosen <= each.on)).fill_null(False))
    each = each.filter(each.wishes | each.choice.isnull())
    told = notices.filter(notices.event.isin(sorted(records.codes(f"victim_{kind}_events"))))
    told = told.select(told="on", told_victim="victim_contact_id")
    pairs = each.join(told, [each.victim == told.told_victim, told.told >= each.on - before])
    first = pairs.group_by("row_id", "victim").agg(first=pairs.told.min())
    each = each.left_join(first, ["row_id", "victim"]).drop("row_id_right", "victim_right")
    asked = each.group_by("case_id", "row_id", "on", "known").agg(
        wishing=each.wishes.any(),
        last=each.wishes.ifelse(each["first"].fill_null(FOREVER), ibis.null("int64")).max(),
    )
    asked = asked.mutate(since=asked["last"].fill_null(FOREVER))
    unsure = ibis.cases(
        (~records.has_rows("victim_notice"), "no_victim_notice"), (~asked.wishing, "choice_not_recorded")
    )
    return raised(
        asked, kind, table=kind, on="on", window=f"victim_{kind}_notice", since="since", unsure=unsure
    )


def _silent(records: Records, victims: Table) -> Table:
    """Sentences the scheme covers, ``unknown_to`` the first day one of their victims is on record; ``never``
    where none is."""
    passed = records.passed
    months = passed.length_months.fill_null(records.number("victim_scheme_months"))
    covered = passed.filter(
        passed.type.isin(sorted(records.codes("custodial_sentences"))),
        months >= records.number("victim_scheme_months"),
    )
    covered = covered.semi_join(
        records.grave_sentences, covered.row_id == records.grave_sentences.sentence_id
    )
    first = victims.group_by("sentence_id").agg(first_on=victims.on.min())
    rows = covered.left_join(first, covered.row_id == first.sentence_id)
    return rows.mutate(
        never=rows.first_on.isnull(),
        unknown_to=ibis.least(rows.closed, rows.first_on.fill_null(FOREVER)),
        beyond=ibis.literal(FOREVER, "int64"),
    )
