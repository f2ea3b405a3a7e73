"""The records as the duties see them: events and spans of cases, on day numbers, as at one day.

A merged record's rows belong to the case it became. What happened after the as-at day is not there, and
what ended after it is open. ``known`` is the first London day a row could have been read, never earlier
than the day it tells of.

Nothing is read here: what is asked for becomes statements, each table made once, and the engine runs them.
What they take from one night to the next (the as-at day, what was merged, the units) are :mod:`.inputs`.
"""

from __future__ import annotations

from functools import cached_property

import ibis

from assay.assurance.duties.asking import Asking, given, known_from, london_day, table_of
from assay.assurance.duties.inputs import BEGINNING, FOREVER, number_of
from assay.assurance.duties.verbs import Table, both, day_number, merge, union, without


class Records(Asking):
    """One snapshot, as at one day, under the policy in force on a day."""

    @cached_property
    def deaths(self) -> Table:
        rows = self.source("person")
        died = rows.filter(rows.died_on.notnull())
        found = died.group_by("case_id").agg(died=day_number(died.died_on).min())
        return self.keep(found.filter(found.died <= self.as_at))

    @cached_property
    def sentences(self) -> Table:
        """Sentences from the day supervision began, ended at the latest by death."""
        rows = self.spans("sentence", "sentence_id", opened="started_on", closed="ended_on")
        joined = rows.left_join(self.deaths, "case_id")
        closed = ibis.least(joined.closed, joined.died.fill_null(FOREVER))
        ended = joined.mutate(
            closed=closed,
            end_reason=(closed == joined.died).fill_null(False).ifelse("died", joined.end_reason),
        )
        ended = ended.filter(ended.opened < ended.closed)
        columns = ["case_id", "row_id", "opened", "closed", "known", "type", "end_reason"]
        return self.keep(ended.select(*columns))

    @cached_property
    def passed(self) -> Table:
        """Sentences from the day they were passed to their end, in custody and out, ended at the latest by
        death, with ``began``, the day supervision in the community began, NULL where it has not."""
        rows = self.dated("sentence", "sentenced_on", "type", "started_on", "ended_on", "length_months")
        rows = rows.left_join(self.deaths, "case_id")
        closed = ibis.least(rows.ended_on.fill_null(FOREVER), rows.died.fill_null(FOREVER))
        rows = rows.mutate(opened=rows.on, closed=closed, began=rows.started_on)
        rows = rows.filter(rows.opened < rows.closed)
        columns = ["case_id", "row_id", "opened", "closed", "known", "type", "began", "length_months"]
        return self.keep(rows.select(*columns))

    @cached_property
    def grave_sentences(self) -> Table:
        """The sentences, ``sentence_id``, passed for an offence that is violent or sexual."""
        rows = self.source("offence")
        return self.keep(rows.filter(rows.violent | rows.sexual).select("sentence_id").distinct())

    @cached_property
    def life(self) -> Table:
        """When each case was under a sentence of any kind, merged: no obligation outlives it."""
        return self.keep(merge(self.sentences))

    @cached_property
    def supervised(self) -> Table:
        """When each case was supervised in the community, merged: by the sentences that counted as such on
        each day, so that a kind the law ended ends on that day for everybody under it."""
        versions = self.policy.code_sets["supervised_sentences"]
        kinds = []
        for each in versions:
            rows = self.sentences.filter(self.sentences.type.isin(sorted(each.codes)))
            if each is not versions[0]:
                rows = rows.mutate(opened=ibis.greatest(rows.opened, number_of(each.in_force_from)))
            if each.in_force_to is not None:
                rows = rows.mutate(closed=ibis.least(rows.closed, number_of(each.in_force_to)))
            kinds.append(rows)
        return self.keep(merge(*kinds))

    @cached_property
    def absences(self) -> Table:
        rows = self.spans("absence", "absence_id")
        return self.keep(rows.select("case_id", "row_id", "opened", "closed", "known", "kind"))

    @cached_property
    def pauses(self) -> Table:
        """When every clock of a case stands still, merged."""
        kinds = sorted(self.codes("pauses"))
        return self.keep(merge(self.absences.filter(self.absences.kind.isin(kinds))))

    @cached_property
    def suspensions(self) -> Table:
        """Suspensions of contact, each marked ``adjusted`` where it began soon after supervision did."""
        rows = self.spans("suspension", "suspension_id")
        soon = self.length("adjusted_expectations")
        begun = self.supervised.select(life_case="case_id", life_opened="opened", life_closed="closed")
        joined = rows.left_join(
            begun,
            [
                rows.case_id == begun.life_case,
                begun.life_opened <= rows.opened,
                rows.opened < begun.life_closed,
            ],
        )
        adjusted = (joined.opened <= joined.life_opened + soon).fill_null(False)
        kept = joined.mutate(adjusted=adjusted, decided=joined.decided_by.notnull())
        columns = ["case_id", "row_id", "opened", "closed", "known", "adjusted", "decided"]
        return self.keep(kept.select(*columns))

    @cached_property
    def suspended(self) -> Table:
        """When contact was suspended: by a recorded decision, or so early that adjusted expectations hold."""
        valid = self.suspensions.filter(self.suspensions.adjusted | self.suspensions.decided)
        return self.keep(merge(valid))

    @cached_property
    def registrations(self) -> Table:
        rows = self.spans("registration", "registration_id")
        return self.keep(rows.select("case_id", "row_id", "opened", "closed", "known", "type", "level"))

    def registered(self, codes: str) -> Table:
        """Registrations of the types in a code set."""
        return self.registrations.filter(self.registrations.type.isin(sorted(self.codes(codes))))

    @cached_property
    def rosh(self) -> Table:
        """The risk of serious harm, each level until the next begins."""
        rows = self.spans("rosh", "rosh_id")
        return self.keep(rows.select("case_id", "row_id", "opened", "closed", "known", "level", "children"))

    @cached_property
    def high_risk(self) -> Table:
        return self.rosh.filter(self.rosh.level.isin(sorted(self.codes("high_risk_levels"))))

    @cached_property
    def addresses(self) -> Table:
        rows = self.spans("address", "address_id")
        return self.keep(rows.select("case_id", "row_id", "opened", "closed", "known", "type"))

    @cached_property
    def circle(self) -> Table:
        rows = self.spans("circle", "circle_id")
        return self.keep(rows.select("case_id", "row_id", "opened", "closed", "known", "role", "household"))

    @cached_property
    def offences(self) -> Table:
        """Offences flagged as domestic abuse, for as long as their sentence runs."""
        rows = self.source("offence")
        flagged = rows.filter(rows.domestic_abuse).select("offence_id", "sentence_id")
        sentences = self.sentences
        joined = flagged.join(sentences, flagged.sentence_id == sentences.row_id)
        return self.keep(
            joined.select(
                case_id=joined.case_id,
                row_id=joined.offence_id,
                opened=joined.opened,
                closed=joined.closed,
                known=joined.known,
            )
        )

    @cached_property
    def assessments(self) -> Table:
        """Assessments completed, on the day of completion."""
        rows = self.events("assessment", "assessment_id", "completed_on")
        return self.keep(
            rows.select("case_id", "row_id", "on", "known", "type", "risk_children", "domestic_abuse")
        )

    @cached_property
    def abuse_assessed(self) -> Table:
        """Completed assessments that say domestic abuse, each until the next that answers."""
        rows = self.assessments
        answers = rows.filter(rows.domestic_abuse.notnull())
        order = ibis.window(group_by="case_id", order_by=[answers.on, answers.row_id])
        spans = answers.mutate(opened=answers.on, closed=answers.on.lead().over(order).fill_null(FOREVER))
        spans = spans.filter(spans.domestic_abuse)
        return self.keep(spans.select("case_id", "row_id", "opened", "closed", "known"))

    @cached_property
    def plan_rows(self) -> Table:
        """Rows of plans, which have no day but that of their assessment; ``dated`` if they say by when."""
        rows = self.source("plan_row")
        return self.keep(
            rows.select(
                "case_id",
                "assessment_id",
                "kind",
                "protects",
                "owner_agency",
                dated=rows.due_on.notnull(),
                known=day_number(london_day(rows.recorded_at)),
            )
        )

    @cached_property
    def enquiries(self) -> Table:
        """Enquiries to police and children's services, on the day of asking, with ``answered`` and
        ``answer_known`` day numbers, NULL where no answer had come by the as-at day."""
        rows = self.events("enquiry", "enquiry_id", "asked_on")
        answered = day_number(rows.answered_on)
        answered = (answered <= self.as_at).ifelse(answered, ibis.null("int64"))
        written = rows.answer_recorded_at.coalesce(rows.recorded_at)
        answer_known = known_from(written, answered)
        rows = rows.mutate(
            answered=answered,
            answer_known=answered.isnull().ifelse(ibis.null("int64"), answer_known),
            reply=answered.isnull().ifelse(ibis.null("string"), rows.reply),
        )
        columns = ["case_id", "row_id", "on", "known", "agency", "kind", "outcome", "address_id"]
        return self.keep(rows.select(*columns, "answered", "answer_known", "reply"))

    @cached_property
    def releases(self) -> Table:
        rows = self.events("release", "release_id", "released_on")
        return self.keep(rows.select("case_id", "row_id", "on", "known", "sentence_id"))

    @cached_property
    def re_releases(self) -> Table:
        """Releases after supervision began: the first release is the start itself."""
        rows = self.releases
        began = self.sentences.select(sentence_id="row_id", began="opened")
        joined = rows.join(began, "sentence_id")
        return self.keep(joined.filter(joined.on > joined.began))

    @cached_property
    def recalls(self) -> Table:
        rows = self.events("recall", "recall_id", "recalled_on")
        return self.keep(rows.select("case_id", "row_id", "on", "known"))

    def contacts(self, codes: str) -> Table:
        """Contacts of the types in a code set, with ``type`` and ``outcome``."""
        rows = self._contacts
        return rows.filter(rows.type.isin(sorted(self.codes(codes))))

    @cached_property
    def _contacts(self) -> Table:
        """Contacts of every type a duty reads: one scan of the large table."""
        wanted: set[str] = set()
        for versions in self.policy.code_sets.values():
            if versions[0].code_list == "contact_type":
                wanted |= {code for each in versions for code in each.codes}
        rows = self.events("contact", "contact_id", "happened_on")
        rows = rows.filter(rows.type.isin(sorted(wanted)))
        return self.keep(rows.select("case_id", "row_id", "on", "known", "type", "outcome"))

    @cached_property
    def charges(self) -> Table:
        """Every offence a sentence was passed for, with its sentence, kind and flags. It has no day."""
        rows = self.source("offence")
        columns = ("sentence_id", "category", "domestic_abuse", "sexual", "violent")
        return self.keep(rows.select("case_id", *columns, row_id=rows.offence_id))

    def unbrought(self, table: str, spans: Table) -> Table:
        """The spans as times of which nothing can be said, if the extract brought no row of the table."""
        none_brought = spans.filter(~self.has_rows(table))
        return none_brought.select("case_id", "opened", "closed", clause=ibis.literal(f"no_{table}"))

    @cached_property
    def holders(self) -> Table:
        """Who held each case when, covering all time: a later allocation ends an earlier one, and a time
        with no allocation has no holder."""
        rows = self.spans("allocation", "allocation_id")
        order = ibis.window(group_by="case_id", order_by=[rows.opened, rows.row_id])
        following = rows.opened.lead().over(order).fill_null(FOREVER)
        held = rows.mutate(closed=ibis.least(rows.closed, following))
        held = held.filter(held.opened < held.closed)
        units = given("unit")
        held = held.left_join(units, held.team_code == units.unit)
        columns = {
            "practitioner": held.staff_code,
            "team": held.team_code,
            "pdu": held.pdu,
            "region": held.region,
        }
        held = self.keep(held.select("case_id", "opened", "closed", **columns))
        people = self.source("person").select("case_id").distinct()
        always = people.mutate(opened=ibis.literal(BEGINNING, "int64"), closed=ibis.literal(FOREVER, "int64"))
        nobody = without(always, held).mutate(**{name: ibis.null("string") for name in columns})
        return self.keep(union(held, nobody))

    @cached_property
    def allocations(self) -> Table:
        """Allocations, each with the holder's grade and what they were then."""
        rows = self.spans("allocation", "allocation_id")
        staff = table_of("practitioner")
        staff = staff.select(
            "staff_code",
            "grade",
            qualified=day_number(staff.qualified_on),
            accredited=day_number(staff.accredited_on),
        )
        joined = rows.left_join(staff, "staff_code")
        columns = ["case_id", "row_id", "opened", "closed", "known", "reason", "grade"]
        return self.keep(joined.select(*columns, "qualified", "accredited"))

    @cached_property
    def staff(self) -> Table:
        """Members of staff, ``staff_code``, with grade and the days they qualified and were accredited."""
        rows = table_of("practitioner")
        days = {"qualified": day_number(rows.qualified_on), "accredited": day_number(rows.accredited_on)}
        return self.keep(rows.select("staff_code", "grade", **days))

    @cached_property
    def workload_weeks(self) -> Table:
        """Weeks of each member of staff's workload begun by the as-at day, one row a week: ``points`` and
        ``available`` of all its rows, whether any is ``flagged``, and ``relieved``, the day of the first
        decision to relieve it."""
        rows = table_of("workload_week")
        day, relieved = day_number(rows.week_on), day_number(rows.relieved_on)
        rows = rows.mutate(
            on=day,
            known=known_from(rows.recorded_at, day),
            relieved=(relieved <= self.as_at).ifelse(relieved, ibis.null("int64")),
        )
        rows = rows.filter(rows.on <= self.as_at)
        return self.keep(
            rows.group_by("staff_code", "on").agg(
                row_id=rows.workload_week_id.min(),
                known=rows.known.max(),
                points=rows.points.sum(),
                available=rows.available.sum(),
                flagged=rows.flag.notnull().any(),
                relieved=rows.relieved.min(),
            )
        )

    @cached_property
    def heightened(self) -> Table:
        """When a lapse would weigh more: high risk, a child protection plan, a child in the household, or
        domestic abuse now with a partner known."""
        circle = self.circle
        child = circle.filter((circle.role == "child") & circle.household)
        partner = circle.filter(circle.role == "partner")
        abuse = both(merge(self.registered("current_abuse_registers")), merge(partner))
        return self.keep(merge(self.high_risk, self.registered("child_protection_registers"), child, abuse))
