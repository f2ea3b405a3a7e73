"""The record standard, version 2: the tables and columns every extract is brought into.

One place says what a record is. The checks, the stores, the synthetic service, the reference page of the
manual and the duty engine all read these values; nothing else lists columns. Names follow Delius and
OASys where those have a name. Days are London days (``date``); instants are UTC (``instant``). A span is
half-open: ``opened_on`` belongs to it, ``closed_on`` does not, and an open end is empty.

``recorded_at`` is when the row was written, and never earlier than what it tells unless the matter was
planned: it is the second clock, by which Assay knows what could have been known on a day.

Synthetic case reference numbers are ``X`` followed by six or eight digits that begin with 9: six for a
region by itself, eight for a whole service, whose people six could not number. No real one looks so: those
have a letter and six digits, and none is X and 9. A real extract that holds one is refused, as is a synthetic
one that holds another.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypedDict, Unpack

import pyarrow as pa

VERSION = 2
READS = (1, 2)
"""Version 2 added tables that may be left out, so an extract written in version 1 is read as it is."""
SYNTHETIC_CRN = "X9[0-9]{5}([0-9]{2})?"
REAL_CRN = "[A-Z][0-9]{6}"

Kind = Literal["text", "date", "instant", "integer", "number", "yes_no", "time"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column. ``codes`` names the code list whose codes are the only values allowed; ``references``
    is ``table.column`` of the key it must be found in; ``after`` names a column of the same row that
    must not be later than this one."""

    name: str
    kind: Kind
    about: str
    required: bool = False
    codes: str | None = None
    references: str | None = None
    after: str | None = None
    sensitive: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One table. ``key`` is the column that names a row; ``delius`` says where it comes from; ``about`` is
    what one row is. An ``optional`` table may be left out; one that is ``never_empty`` must have rows.
    Rows equal in every column of ``alone`` must not overlap in time: only one can be true on a day."""

    name: str
    about: str
    key: str
    delius: str
    columns: tuple[Column, ...]
    optional: bool = False
    never_empty: bool = False
    alone: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns, in order."""
        return tuple(each.name for each in self.columns)

    @property
    def is_of_case(self) -> bool:
        """Whether each row belongs to one case, so that the store keeps it with that case."""
        return "crn" in self.names

    @property
    def order(self) -> tuple[str, ...]:
        """The columns by which every file is sorted: the case, the day, the key. The key makes it total."""
        days = tuple(each.name for each in self.columns if each.kind == "date" and each.required)[:1]
        return (("crn", *days) if self.is_of_case else ()) + ((self.key,) if self.key != "crn" else ())

    def column(self, name: str) -> Column:
        """The column of that name; ``KeyError`` if the table has none."""
        for each in self.columns:
            if each.name == name:
                return each
        raise KeyError(f"{self.name}.{name}")

    def __iter__(self) -> Iterator[Column]:
        return iter(self.columns)


class _More(TypedDict, total=False):
    """What a column may say of itself besides its name and kind."""

    required: bool
    codes: str | None
    references: str | None
    after: str | None
    sensitive: bool


def _text(name: str, about: str, **more: Unpack[_More]) -> Column:
    return Column(name=name, kind="text", about=about, **more)


def _date(name: str, about: str, **more: Unpack[_More]) -> Column:
    return Column(name=name, kind="date", about=about, **more)


def _instant(name: str, about: str, **more: Unpack[_More]) -> Column:
    return Column(name=name, kind="instant", about=about, **more)


def _yes_no(name: str, about: str, **more: Unpack[_More]) -> Column:
    return Column(name=name, kind="yes_no", about=about, **more)


def _number(name: str, about: str, **more: Unpack[_More]) -> Column:
    return Column(name=name, kind="number", about=about, **more)


def _integer(name: str, about: str, **more: Unpack[_More]) -> Column:
    return Column(name=name, kind="integer", about=about, **more)


def _key(name: str, about: str) -> Column:
    return _text(name, about, required=True)


def _crn(about: str = "The person's case reference number.") -> Column:
    return _text("crn", about, required=True, references="person.crn")


def _codes(name: str, codes: str, about: str, *, required: bool = False, sensitive: bool = False) -> Column:
    return _text(name, about, codes=codes, required=required, sensitive=sensitive)


def _span(opened: str, closed: str) -> tuple[Column, Column]:
    return (
        _date("opened_on", opened, required=True),
        _date("closed_on", closed, after="opened_on"),
    )


RECORDED = Column(
    name="recorded_at",
    kind="instant",
    about="When the row was written in the source system.",
    required=True,
)

TABLES: tuple[Table, ...] = (
    Table(
        name="organisation",
        about="A unit of the organisation tree, with the dates it existed and what it grew out of.",
        key="unit_code",
        delius="Provider, Borough (PDU), District (LAU), Team",
        never_empty=True,
        columns=(
            _key("unit_code", "The unit's Delius code."),
            _codes("kind", "unit_kind", "Region, PDU, LAU or team.", required=True),
            _text("name", "The unit's name.", required=True),
            _text("parent_code", "The unit above.", references="organisation.unit_code"),
            _text("predecessor_code", "The unit this one grew out of.", references="organisation.unit_code"),
            *_span("The first day of the unit.", "The first day it no longer existed."),
        ),
    ),
    Table(
        name="delivery_mode",
        about="The delivery mode a PDU worked under (prioritisation framework).",
        key="delivery_mode_id",
        delius="Not in Delius; kept by the region",
        optional=True,
        alone=("unit_code",),
        columns=(
            _key("delivery_mode_id", "Identifies the row."),
            _text("unit_code", "The PDU.", required=True, references="organisation.unit_code"),
            _codes("mode", "delivery_mode", "Green, amber or red.", required=True),
            *_span("The first day in this mode.", "The first day in another."),
            RECORDED,
        ),
    ),
    Table(
        name="practitioner",
        about="A member of staff who holds or oversees cases.",
        key="staff_code",
        delius="Staff",
        never_empty=True,
        columns=(
            _key("staff_code", "The officer code."),
            _text("username", "The Delius user name, by which limits of access name people."),
            _text("forename", "Forename.", required=True),
            _text("surname", "Surname.", required=True),
            _codes("grade", "staff_grade", "PSO, PQiP, PO or SPO.", required=True),
            _text("team_code", "The team.", required=True, references="organisation.unit_code"),
            _text(
                "manager_code",
                "The SPO who oversees this person's cases.",
                references="practitioner.staff_code",
            ),
            _number("weekly_hours", "Contracted hours a week.", required=True),
            _date("started_on", "First day in the service.", required=True),
            _date("qualified_on", "Day of qualification, if qualified."),
            _date("accredited_on", "Day accredited to work without countersignature, if so."),
            _date("left_on", "First day after leaving, if gone.", after="started_on"),
        ),
    ),
    Table(
        name="person",
        about="A person on probation. A case is a person; a merged record points to the one it became.",
        key="crn",
        delius="Person",
        never_empty=True,
        columns=(
            _key(
                "crn",
                "Case reference number. Synthetic ones are X and six or eight digits that begin with 9.",
            ),
            _text("forename", "Forename.", required=True),
            _text("surname", "Surname.", required=True),
            _date("date_of_birth", "Date of birth.", required=True),
            _codes("gender", "gender", "Gender as recorded.", required=True),
            _codes("ethnicity", "ethnicity", "Ethnicity, self-described group.", sensitive=True),
            _codes("religion", "religion", "Religion or belief.", sensitive=True),
            _codes("sexual_orientation", "sexual_orientation", "Sexual orientation.", sensitive=True),
            _yes_no("disability", "A disability is recorded; empty where not asked.", sensitive=True),
            _codes("preferred_language", "language", "Language the person asked for.", required=True),
            _date("died_on", "Date of death."),
            _text("merged_into", "The record this one was merged into.", references="person.crn"),
            RECORDED,
        ),
    ),
    Table(
        name="access_limitation",
        about="A limit on who may see a record: a user excluded from it, or one of those alone allowed.",
        key="limitation_id",
        delius="currentExclusion, currentRestriction",
        columns=(
            _key("limitation_id", "Identifies the row."),
            _crn(),
            _text("username", "The Delius user name excluded, or allowed.", required=True),
            _codes("kind", "limitation_kind", "excluded, or alone allowed (restricted).", required=True),
            *_span("First day in force.", "First day no longer in force."),
            _text("message", "What the source shows to a user it turns away."),
            RECORDED,
        ),
    ),
    Table(
        name="address",
        about="Where a person lived or stayed.",
        key="address_id",
        delius="PersonAddress",
        columns=(
            _key("address_id", "Identifies the row."),
            _crn(),
            _codes(
                "type", "address_type", "Main, no fixed abode, Approved Premises and so on.", required=True
            ),
            _text("local_authority", "The council whose children's services answer for the address."),
            *_span("Moved in.", "Moved out."),
            RECORDED,
        ),
    ),
    Table(
        name="circle",
        about="Someone in a person's life who matters for risk: a child, a partner, a victim, another.",
        key="circle_id",
        delius="PersonalContact",
        columns=(
            _key("circle_id", "Identifies the row."),
            _crn(),
            _codes("role", "circle_role", "Child, partner, victim or other.", required=True),
            _text("label", "How the record names them without a name, for example 'child 1'.", required=True),
            _date("date_of_birth", "Date of birth, where known."),
            _yes_no("household", "Lives in the same household.", required=True),
            _codes("source", "information_source", "Who said so.", required=True),
            *_span("First known.", "No longer so."),
            RECORDED,
        ),
    ),
    Table(
        name="sentence",
        about="A sentence: CRN and event number. Its span is the time under supervision in the community.",
        key="sentence_id",
        delius="Event, Disposal",
        never_empty=True,
        columns=(
            _key("sentence_id", "Identifies the row."),
            _crn(),
            _integer("event_number", "The event number within the person.", required=True),
            _codes(
                "type",
                "sentence_type",
                "Community order, suspended sentence, custody with licence.",
                required=True,
            ),
            _text(
                "provider_code",
                "The region that holds it.",
                required=True,
                references="organisation.unit_code",
            ),
            _date("sentenced_on", "Day of sentence.", required=True),
            _date(
                "started_on",
                "Day supervision in the community began (start of order, release).",
                after="sentenced_on",
            ),
            _date("expected_end_on", "Day it is expected to end."),
            _date("ended_on", "First day it was no longer in force.", after="sentenced_on"),
            _codes("end_reason", "end_reason", "Why it ended."),
            _integer("length_months", "Length in months."),
            _text("court", "The sentencing court's area."),
            RECORDED,
        ),
    ),
    Table(
        name="offence",
        about="An offence a sentence was passed for.",
        key="offence_id",
        delius="MainOffence, AdditionalOffence",
        columns=(
            _key("offence_id", "Identifies the row."),
            _text("sentence_id", "The sentence.", required=True, references="sentence.sentence_id"),
            _crn(),
            _yes_no("main", "The main offence of the sentence.", required=True),
            _codes("category", "offence_category", "Kind of offence.", required=True),
            _date("committed_on", "Day of the offence.", required=True),
            _yes_no("domestic_abuse", "Flagged as domestic abuse.", required=True),
            _yes_no("sexual", "A sexual offence.", required=True),
            _yes_no("violent", "A violent offence.", required=True),
        ),
    ),
    Table(
        name="requirement",
        about="A requirement of a community order or suspended sentence.",
        key="requirement_id",
        delius="Requirement",
        columns=(
            _key("requirement_id", "Identifies the row."),
            _text("sentence_id", "The sentence.", required=True, references="sentence.sentence_id"),
            _crn(),
            _codes("category", "requirement_category", "Kind of requirement.", required=True),
            _integer("length", "Its length."),
            _codes("length_unit", "length_unit", "What the length counts."),
            *_span("First day.", "First day no longer in force."),
            RECORDED,
        ),
    ),
    Table(
        name="licence_condition",
        about="A condition of a licence.",
        key="condition_id",
        delius="LicenceCondition",
        columns=(
            _key("condition_id", "Identifies the row."),
            _text("sentence_id", "The sentence.", required=True, references="sentence.sentence_id"),
            _crn(),
            _codes("category", "licence_condition_category", "Kind of condition.", required=True),
            *_span("First day.", "First day no longer in force."),
            RECORDED,
        ),
    ),
    Table(
        name="release",
        about="A release from custody.",
        key="release_id",
        delius="Release",
        columns=(
            _key("release_id", "Identifies the row."),
            _text("sentence_id", "The sentence.", required=True, references="sentence.sentence_id"),
            _crn(),
            _codes("type", "release_type", "Kind of release.", required=True),
            _date("released_on", "Day of release.", required=True),
            RECORDED,
        ),
    ),
    Table(
        name="recall",
        about="A recall to custody.",
        key="recall_id",
        delius="Recall",
        columns=(
            _key("recall_id", "Identifies the row."),
            _text("release_id", "The release it undid.", required=True, references="release.release_id"),
            _crn(),
            _codes("type", "recall_type", "Fixed term or standard.", required=True),
            _date("recalled_on", "Day of recall.", required=True),
            RECORDED,
        ),
    ),
    Table(
        name="absence",
        about="A time a person was out of reach of supervision: custody, hospital, unlawfully at large.",
        key="absence_id",
        delius="Custody, PersonalCircumstance",
        columns=(
            _key("absence_id", "Identifies the row."),
            _crn(),
            _codes(
                "kind",
                "absence_kind",
                "Custody, hospital, unlawfully at large with warrant, transferred out.",
                required=True,
            ),
            *_span("First day away.", "First day back."),
            RECORDED,
        ),
    ),
    Table(
        name="suspension",
        about="A time contact was suspended by a scheme (Probation Reset, Impact).",
        key="suspension_id",
        delius="Registration PRC",
        columns=(
            _key("suspension_id", "Identifies the row."),
            _crn(),
            _codes("scheme", "suspension_scheme", "Reset or Impact.", required=True),
            _text("decided_by", "Who decided.", references="practitioner.staff_code"),
            *_span("First day suspended.", "First day contact resumed."),
            RECORDED,
        ),
    ),
    Table(
        name="allocation",
        about="Who held a case, in which team, and when.",
        key="allocation_id",
        delius="PersonManager",
        never_empty=True,
        alone=("crn",),
        columns=(
            _key("allocation_id", "Identifies the row."),
            _crn(),
            _text("staff_code", "The practitioner.", required=True, references="practitioner.staff_code"),
            _text("team_code", "The team.", required=True, references="organisation.unit_code"),
            _codes("reason", "allocation_reason", "Why it was allocated.", required=True),
            *_span("First day held.", "First day held by another."),
            RECORDED,
        ),
    ),
    Table(
        name="registration",
        about="An entry in a register (a risk flag).",
        key="registration_id",
        delius="Registration",
        columns=(
            _key("registration_id", "Identifies the row."),
            _crn(),
            _codes("type", "register_type", "The register.", required=True),
            _codes("level", "mappa_level", "MAPPA level, for MAPP."),
            _codes("category", "mappa_category", "MAPPA category, for MAPP."),
            *_span("Registered.", "Deregistered."),
            _date("next_review_on", "Next review due."),
            RECORDED,
        ),
    ),
    Table(
        name="rosh",
        about="The level of risk of serious harm, over time, as the assessor recorded it.",
        key="rosh_id",
        delius="Registration RVHR RHRH RMRH RLRH; OASys RoSH summary",
        alone=("crn",),
        columns=(
            _key("rosh_id", "Identifies the row."),
            _crn(),
            _codes("level", "rosh_level", "The overall level: the highest of those below.", required=True),
            _codes("children", "rosh_level", "To children."),
            _codes("public", "rosh_level", "To the public."),
            _codes("known_adult", "rosh_level", "To a known adult."),
            _codes("staff", "rosh_level", "To staff."),
            *_span("First day at this level.", "First day at another."),
            RECORDED,
        ),
    ),
    Table(
        name="tier",
        about="The tier a case was in.",
        key="tier_id",
        delius="currentTier",
        alone=("crn", "model"),
        columns=(
            _key("tier_id", "Identifies the row."),
            _crn(),
            _codes("model", "tier_model", "Which calculation.", required=True),
            _text("tier", "The tier.", required=True),
            _yes_no("provisional", "Marked provisional.", required=True),
            *_span("First day.", "First day in another."),
            RECORDED,
        ),
    ),
    Table(
        name="predictor",
        about="A score that predicts reoffending, as calculated in OASys.",
        key="predictor_id",
        delius="OGRSAssessment, OASys predictors",
        columns=(
            _key("predictor_id", "Identifies the row."),
            _crn(),
            _codes("name", "predictor", "Which predictor.", required=True),
            _number("score", "The score, in percent.", required=True),
            _codes("basis", "predictor_basis", "Static or dynamic."),
            _date("scored_on", "Day scored.", required=True),
            RECORDED,
        ),
    ),
    Table(
        name="assessment",
        about="An OASys assessment.",
        key="assessment_id",
        delius="OASYSAssessment",
        columns=(
            _key("assessment_id", "Identifies the row."),
            _crn(),
            _codes("type", "assessment_type", "Layer 1, layer 3, stand-alone or specialist.", required=True),
            _codes("status", "assessment_status", "Open, complete, or locked and incomplete.", required=True),
            _text(
                "staff_code",
                "The assessor, where the source names one of the practitioners.",
                references="practitioner.staff_code",
            ),
            _date("started_on", "Begun.", required=True),
            _date("signed_on", "Signed by the assessor.", after="started_on"),
            _date("locked_on", "Signed and locked, waiting for a countersignature.", after="started_on"),
            _date("completed_on", "Completed.", after="started_on"),
            _date("countersigned_on", "Countersigned.", after="started_on"),
            _text("countersigned_by", "Who countersigned.", references="practitioner.staff_code"),
            _codes(
                "risk_children", "rosh_level", "Risk to children in the community (riskChildrenCommunity)."
            ),
            _yes_no(
                "domestic_abuse", "The domestic-abuse questions were answered yes; empty where not answered."
            ),
            RECORDED,
        ),
    ),
    Table(
        name="plan_row",
        about="A row of a risk management plan or sentence plan.",
        key="plan_row_id",
        delius="OASys RMP and sentence plan",
        columns=(
            _key("plan_row_id", "Identifies the row."),
            _text(
                "assessment_id",
                "The assessment it belongs to.",
                required=True,
                references="assessment.assessment_id",
            ),
            _crn(),
            _codes(
                "kind",
                "plan_row_kind",
                "Supervision, control, intervention, victim safety, contingency.",
                required=True,
            ),
            _codes("protects", "circle_role", "Whom it protects, where it names someone."),
            _codes("owner_agency", "agency", "Which agency acts."),
            _date("due_on", "By when."),
            RECORDED,
        ),
    ),
    Table(
        name="contact",
        about="A contact: anything that happened or was planned with or about a person.",
        key="contact_id",
        delius="Contact",
        never_empty=True,
        columns=(
            _key("contact_id", "Identifies the row."),
            _crn(),
            _text("sentence_id", "The sentence, where it belongs to one.", references="sentence.sentence_id"),
            _codes("type", "contact_type", "The contact type.", required=True),
            _date("happened_on", "The day it happened or is due.", required=True),
            Column(name="start_time", kind="time", about="London time of day, where recorded."),
            RECORDED,
            _codes("outcome", "contact_outcome", "The outcome, once recorded."),
            _text("staff_code", "The practitioner.", references="practitioner.staff_code"),
            _text("team_code", "The team.", references="organisation.unit_code"),
            _yes_no("sensitive", "Marked sensitive.", required=True),
        ),
    ),
    Table(
        name="enquiry",
        about="A question put to police or children's services, with its answer if there is one.",
        key="enquiry_id",
        delius="Contacts C369 and C515, SFGC and SFRR, brought together",
        columns=(
            _key("enquiry_id", "Identifies the row."),
            _crn(),
            _codes("agency", "agency", "Whom we asked.", required=True),
            _codes("kind", "enquiry_kind", "Domestic abuse, child safeguarding, both.", required=True),
            _codes(
                "outcome", "enquiry_outcome", "Sent, or not sent because already up to date.", required=True
            ),
            _text("address_id", "The address asked about.", references="address.address_id"),
            _text("local_authority", "The council asked."),
            _date("asked_on", "Asked.", required=True),
            _date("answered_on", "Answered.", after="asked_on"),
            _codes("reply", "enquiry_reply", "Known, not known, partial."),
            _text(
                "asked_contact_id", "The contact that records the asking.", references="contact.contact_id"
            ),
            _text(
                "answered_contact_id", "The contact that records the answer.", references="contact.contact_id"
            ),
            RECORDED,
            Column(
                name="answer_recorded_at", kind="instant", about="When the answer was written in the source."
            ),
        ),
    ),
    Table(
        name="referral",
        about="A concern reported, or help asked for, by the other body's own route.",
        key="referral_id",
        delius="Contact, NSI",
        columns=(
            _key("referral_id", "Identifies the row."),
            _crn(),
            _codes("agency", "agency", "To whom.", required=True),
            _codes("kind", "referral_kind", "What for.", required=True),
            _date("referred_on", "Day sent.", required=True),
            _codes("outcome", "referral_outcome", "What came of it."),
            RECORDED,
        ),
    ),
    Table(
        name="assessment_part",
        about="A part of an assessment that was filled in: screening, full risk analysis, plan, predictors.",
        key="part_id",
        delius="OASys sections",
        optional=True,
        columns=(
            _key("part_id", "Identifies the row."),
            _text(
                "assessment_id",
                "The assessment it belongs to.",
                required=True,
                references="assessment.assessment_id",
            ),
            _crn(),
            _codes("part", "assessment_part", "Which part.", required=True),
            _codes("level", "rosh_level", "The level of risk of serious harm it came to, for a risk part."),
            _date("completed_on", "Filled in.", required=True),
            _date("countersigned_on", "Countersigned, where a part needs that of its own."),
            RECORDED,
        ),
    ),
    Table(
        name="plan_need",
        about="A need that an assessment linked to offending and its sentence plan took up.",
        key="plan_need_id",
        delius="OASys sentence plan needs",
        optional=True,
        columns=(
            _key("plan_need_id", "Identifies the row."),
            _text(
                "assessment_id",
                "The assessment whose plan takes it up.",
                required=True,
                references="assessment.assessment_id",
            ),
            _crn(),
            _codes("need", "need", "The need.", required=True),
            _date("planned_on", "The day the plan took it up.", required=True),
            RECORDED,
        ),
    ),
    Table(
        name="intervention",
        about="A programme, service or treatment a person was referred to, and what came of it.",
        key="intervention_id",
        delius="NSI; Refer and Monitor an Intervention",
        optional=True,
        columns=(
            _key("intervention_id", "Identifies the row."),
            _crn(),
            _text("sentence_id", "The sentence, where it belongs to one.", references="sentence.sentence_id"),
            _codes("kind", "intervention_kind", "What it is.", required=True),
            _codes("need", "need", "The need it answers, where recorded."),
            _date("referred_on", "Referred.", required=True),
            _date("started_on", "Began.", after="referred_on"),
            _date("ended_on", "First day after it ended.", after="referred_on"),
            _codes("outcome", "intervention_outcome", "What came of it."),
            RECORDED,
        ),
    ),
    Table(
        name="requirement_credit",
        about="Days or hours that counted towards a requirement, or an offer of them that was not taken up.",
        key="credit_id",
        delius="UPW appointments; RAR contacts; programme sessions",
        optional=True,
        columns=(
            _key("credit_id", "Identifies the row."),
            _crn(),
            _text(
                "requirement_id",
                "The requirement, in whose unit the amounts are.",
                required=True,
                references="requirement.requirement_id",
            ),
            _date("happened_on", "The day.", required=True),
            _number("offered", "What was offered.", required=True),
            _number("credited", "What counted.", required=True),
            _codes("outcome", "contact_outcome", "The outcome, once recorded."),
            RECORDED,
        ),
    ),
    Table(
        name="court_report",
        about="A report to a court before sentence, and what it proposed.",
        key="report_id",
        delius="Court report",
        optional=True,
        columns=(
            _key("report_id", "Identifies the row."),
            _crn(),
            _codes("type", "court_report_type", "Oral, fast or standard delivery.", required=True),
            _text("staff_code", "The author.", references="practitioner.staff_code"),
            _date("requested_on", "The court asked.", required=True),
            _date("delivered_on", "Delivered.", after="requested_on"),
            _codes("proposal", "court_proposal", "What it proposed."),
            _yes_no("monitored_curfew", "It proposed a curfew with electronic monitoring.", required=True),
            _text(
                "address_id", "The address proposed for residence or curfew.", references="address.address_id"
            ),
            _codes("checks", "checks_statement", "What it told the court of the checks."),
            RECORDED,
        ),
    ),
    Table(
        name="enforcement",
        about="What was decided about a failure to attend or comply.",
        key="enforcement_id",
        delius="Enforcement action",
        optional=True,
        columns=(
            _key("enforcement_id", "Identifies the row."),
            _crn(),
            _text("contact_id", "The failure.", required=True, references="contact.contact_id"),
            _codes("decision", "enforcement_decision", "What was decided.", required=True),
            _date("decided_on", "The day of the decision.", required=True),
            _text("decided_by", "Who decided.", references="practitioner.staff_code"),
            _date("evidence_on", "Evidence of a good reason, such as a medical certificate, came in."),
            RECORDED,
        ),
    ),
    Table(
        name="recall_step",
        about="A decision whether to recall, and the steps that followed, by the minute.",
        key="recall_step_id",
        delius="Consider a Recall",
        optional=True,
        columns=(
            _key("recall_step_id", "Identifies the row."),
            _crn(),
            _text("sentence_id", "The sentence.", required=True, references="sentence.sentence_id"),
            _text("recall_id", "The recall it led to.", references="recall.recall_id"),
            _codes("choice", "recall_choice", "To recall or not.", required=True),
            _instant("agreed_at", "The senior probation officer agreed.", required=True),
            _instant("endorsed_at", "The assistant chief officer endorsed it.", after="agreed_at"),
            _instant("sent_at", "The paperwork went to the casework section.", after="agreed_at"),
            _yes_no("reasons", "Reasons are recorded.", required=True),
            _date("letter_on", "A letter told the person of a decision not to recall."),
            _yes_no("emergency", "Marked an emergency.", required=True),
            _yes_no("outage", "A system outage was logged.", required=True),
            RECORDED,
        ),
    ),
    Table(
        name="custody",
        about="A stay in a prison under a sentence, up to release.",
        key="custody_id",
        delius="Custody, Institution",
        optional=True,
        columns=(
            _key("custody_id", "Identifies the row."),
            _crn(),
            _text("sentence_id", "The sentence.", required=True, references="sentence.sentence_id"),
            _text("establishment", "The prison's code.", required=True),
            _date("expected_release_on", "The day release is expected, as last recorded."),
            *_span("First day in this prison.", "First day elsewhere, or of release."),
            RECORDED,
        ),
    ),
    Table(
        name="handover",
        about="The passing of responsibility from the prison's to the community's offender manager.",
        key="handover_id",
        delius="POM and COM responsibility",
        optional=True,
        columns=(
            _key("handover_id", "Identifies the row."),
            _crn(),
            _text("sentence_id", "The sentence.", required=True, references="sentence.sentence_id"),
            _date("due_on", "The day responsibility passes.", required=True),
            _date("allocated_on", "A community offender manager was named."),
            _date("met_on", "The community offender manager met the person."),
            _yes_no("short_notice", "Release came at less than ten days' notice.", required=True),
            RECORDED,
        ),
    ),
    Table(
        name="victim_contact",
        about="What was offered to a victim, in dates alone. Liaison notes are never part of an extract.",
        key="victim_contact_id",
        delius="Victim Contact Scheme",
        optional=True,
        columns=(
            _key("victim_contact_id", "Identifies the row."),
            _crn(),
            _text("sentence_id", "The sentence.", required=True, references="sentence.sentence_id"),
            _date("eligible_on", "The victim came under the scheme.", required=True),
            _date("offered_on", "Contact was offered."),
            _codes("choice", "victim_choice", "What the victim chose."),
            _date("choice_on", "The day of the choice."),
            RECORDED,
        ),
    ),
    Table(
        name="victim_notice",
        about="A notice to a victim of a release or recall.",
        key="victim_notice_id",
        delius="Victim Contact Scheme",
        optional=True,
        columns=(
            _key("victim_notice_id", "Identifies the row."),
            _crn(),
            _text(
                "victim_contact_id",
                "The victim's row.",
                required=True,
                references="victim_contact.victim_contact_id",
            ),
            _codes("event", "victim_event", "Of what.", required=True),
            _date("told_on", "The day the victim was told.", required=True),
            RECORDED,
        ),
    ),
    Table(
        name="oversight_action",
        about="Something a manager's oversight asked for, who was to do it, and by when.",
        key="oversight_action_id",
        delius="Contact outcome: follow-up action required, completed",
        optional=True,
        columns=(
            _key("oversight_action_id", "Identifies the row."),
            _crn(),
            _text("contact_id", "The oversight.", required=True, references="contact.contact_id"),
            _text("staff_code", "Who was to do it.", references="practitioner.staff_code"),
            _date("asked_on", "The day it was asked for.", required=True),
            _date("due_on", "By when."),
            _date("closed_on", "Done.", after="asked_on"),
            RECORDED,
        ),
    ),
    Table(
        name="workload_week",
        about="A week's workload of a member of staff, as the workload measurement counted it.",
        key="workload_week_id",
        delius="Workload measurement",
        optional=True,
        columns=(
            _key("workload_week_id", "Identifies the row."),
            _text("staff_code", "Whose.", required=True, references="practitioner.staff_code"),
            _date("week_on", "The Monday of the week.", required=True),
            _number("points", "Points of the cases and other work held.", required=True),
            _number("available", "Points there was time for.", required=True),
            _codes("flag", "workload_flag", "Why the figure cannot be relied on, if so."),
            _date("relieved_on", "The day a manager decided how to relieve it."),
            RECORDED,
        ),
    ),
    Table(
        name="words",
        about="What was written: a contact note, a section of an assessment or plan, a reply. Kept in the "
        "text store and read one case at a time.",
        key="words_id",
        delius="Contact notes; OASys sections; replies",
        columns=(
            _key("words_id", "Identifies the row."),
            _crn(),
            _codes("subject", "words_subject", "Which table the words belong to.", required=True),
            _text("subject_id", "The row they belong to.", required=True),
            _codes("section", "words_section", "Which section.", required=True),
            _codes("kind", "words_kind", "Fact, opinion or judgement.", required=True),
            _codes(
                "flag", "words_flag", "Do not disclose (source at risk), sensitive, third party, or none."
            ),
            _text("author", "Staff code of the author, or the agency that replied."),
            Column(name="written_at", kind="instant", about="When written.", required=True),
            _text(
                "body", "The words. Paragraphs are separated by an empty line.", required=True, sensitive=True
            ),
        ),
    ),
    Table(
        name="past_answer",
        about="An answer given about a case in an earlier inspection that was read in full.",
        key="past_answer_id",
        delius="Not in Delius; the inspectorate's own",
        optional=True,
        columns=(
            _key("past_answer_id", "Identifies the row."),
            _text("inspection", "The inspection's name.", required=True),
            _crn(),
            _text("sentence_id", "The sentence read.", required=True, references="sentence.sentence_id"),
            _text("question", "The question's code in its framework.", required=True),
            _codes("answer", "past_answer", "Yes, no, or does not apply.", required=True),
            _date("read_on", "Day the case was read.", required=True),
        ),
    ),
)

_ARROW: dict[Kind, pa.DataType] = {
    "text": pa.string(),
    "date": pa.date32(),
    "instant": pa.timestamp("us", tz="UTC"),
    "integer": pa.int64(),
    "number": pa.float64(),
    "yes_no": pa.bool_(),
    "time": pa.time64("us"),
}

BY_NAME: dict[str, Table] = {each.name: each for each in TABLES}


def table(name: str) -> Table:
    """The table of that name; ``KeyError`` if the standard has none."""
    return BY_NAME[name]


def arrow_schema(name: str) -> pa.Schema:
    """The Arrow types of a table's columns, in the standard's order."""
    return pa.schema([(each.name, _ARROW[each.kind]) for each in table(name)])
