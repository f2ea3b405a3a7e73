"""The services' answers as values.

Names are the services' own, in their published schemas. A field we do not know is left alone, since services
add fields; null is taken wherever the service may leave a thing out. What must be there for a row to mean
anything has no default: its absence is a bad row, with its reason.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.alias_generators import to_camel

from assay.records.sources.times import Day, Instant


def _stripped(said: Any) -> Any:
    return (said.strip() or None) if isinstance(said, str) else said


Text = Annotated[str, BeforeValidator(_stripped)]
Maybe = Annotated[str | None, BeforeValidator(_stripped)]


class Shape(BaseModel):
    """Reads camelCase, ignores what it does not know."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        populate_by_name=True,
        extra="ignore",
        frozen=True,
        coerce_numbers_to_str=True,
    )


class Identifiers(Shape):
    delius_crn: Maybe = None


class Person(Shape):
    """``currentExclusion`` and ``currentRestriction`` say whether there are limits, not which."""

    first_name: Text
    last_name: Text
    date_of_birth: Day
    gender: Maybe = None
    ethnicity: Maybe = None
    hmpps_id: Maybe = None
    identifiers: Identifiers | None = None
    current_exclusion: bool | None = None
    current_restriction: bool | None = None

    @property
    def crn(self) -> str | None:
        """The number the service knows the person by now; after a merge, not the one asked for."""
        return (self.identifiers and self.identifiers.delius_crn) or self.hmpps_id


class PersonData(Shape):
    """A person as probation knows them; what the prison knows is not asked for."""

    probation_offender_search: Person | None = None


class Named(Shape):
    email: Text
    message: Maybe = None


class Limits(Shape):
    """Users by their e-mail addresses."""

    excluded_from: list[Named]
    exclusion_message: Maybe = None
    restricted_to: list[Named]
    restriction_message: Maybe = None


class Name(Shape):
    forename: Maybe = None
    surname: Maybe = None

    @property
    def whole(self) -> str:
        return " ".join(each for each in (self.forename, self.surname) if each)


class Coded(Shape):
    code: Maybe = None
    description: Maybe = None


class Manager(Shape):
    """The External API leaves out ``code`` and ``username``."""

    code: Maybe = None
    name: Name | None = None
    username: Maybe = None
    email: Maybe = None
    team: Coded | None = None


class Officers(Shape):
    community_offender_manager: Manager | None = None


class Length(Shape):
    duration: int | None = None
    units: Maybe = None


class Sentence(Shape):
    """As the External API gives it: without an event number or an end. A sentence of the prison's record is
    known by its source."""

    service_source: Maybe = None
    date_of_sentencing: Day
    description: Text
    is_active: bool | None = None
    is_custodial: bool | None = None
    length: Length | None = None


class Disposal(Shape):
    """A sentence as the service behind gives it."""

    description: Text
    date: Day
    length: int | None = None
    length_units: Maybe = None
    custodial: bool | None = None


class Supervision(Shape):
    number: int
    active: bool
    sentence: Disposal | None = None


class Court(Shape):
    name: Maybe = None


class DetailedSentence(Shape):
    """``releaseDate`` is the day the person was released under this sentence."""

    release_date: Day | None = None
    sentencing_court: Court | None = None


class Details(Shape):
    """What the service says of one supervision, by its number."""

    sentence: DetailedSentence | None = None


class Mappa(Shape):
    """Level and category are numbers, 0 for none."""

    level: int | None = Field(default=None, ge=0, le=3)
    category: int | None = Field(default=None, ge=0, le=4)
    start_date: Day
    review_date: Day | None = None


class Register(Shape):
    """An entry in a register that is open today. Its level, its number and its end are not given."""

    code: Text
    start_date: Day
    review_date: Day | None = None


class Supervisions(Shape):
    """Rows are read one at a time, so that a bad one does not take the rest with it."""

    community_manager: Manager | None = None
    mappa_detail: Any = None
    supervisions: list[Any] = []
    dynamic_risks: list[Any] = []
    person_status: list[Any] = []


class Address(Shape):
    start_date: Day
    end_date: Day | None = None
    no_fixed_address: bool | None = None
    types: list[Coded] | None = None


class InCommunity(Shape):
    """``knowAdult`` is the service's own spelling."""

    children: Maybe = None
    public: Maybe = None
    know_adult: Maybe = None
    known_adult: Maybe = None
    staff: Maybe = None


class HarmSummary(Shape):
    overall_risk_level: Maybe = None
    risk_in_community: InCommunity | None = None


class Harm(Shape):
    assessed_on: Instant
    summary: HarmSummary | None = None


class Score(Shape):
    score: float | None = None
    static_or_dynamic: Maybe = None


class Scores(Shape):
    """Either generation of predictors. A consumer may be given bands alone; a band is no score."""

    completed_date: Instant
    assessment_status: Maybe = None
    group_reconviction: Score | None = None
    risk_of_serious_recidivism: Score | None = None
    violence_predictor: Score | None = None
    all_reoffending_predictor: Score | None = None
    direct_contact_sexual_reoffending_predictor: Score | None = None
    combined_serious_reoffending_predictor: Score | None = None


class Plan(Shape):
    """A risk management plan, with the assessment it belongs to."""

    assessment_id: Text
    initiation_date: Instant
    date_completed: Instant | None = None
    latest_sign_lock_date: Instant | None = None
    latest_complete_date: Instant | None = None
    assessment_status: Text
    assessment_type: Text
    supervision: Maybe = None
    monitoring_and_control: Maybe = None
    interventions_and_treatment: Maybe = None
    victim_safety_planning: Maybe = None
    contingency_plans: Maybe = None


class Summary(Shape):
    """The latest completed assessment, and the names of its assessor and countersigner."""

    initiation_date: Instant | None = None
    completed_date: Instant | None = None
    assessment_type: Maybe = None
    status: Maybe = None
    assessor_name: Maybe = None
    countersigner_name: Maybe = None


class Need(Shape):
    type: Text
    risk_of_harm: bool | None = None
    risk_of_reoffending: bool | None = None


class Needs(Shape):
    assessed_on: Instant
    needs: list[Need] = []


class Contact(Shape):
    """A contact as the External API gives it: type, outcome and officer by name."""

    contact_event_identifier: Text
    offender_hmpps_id: Maybe = None
    creation_date_time: Instant
    contact_date_time: Instant
    contact_type: Text
    outcome: Maybe = None
    officer_name: Maybe = None
    team_name: Maybe = None
    notes: Maybe = None


class OfficerTeam(Shape):
    code: Maybe = None
    description: Maybe = None


class Officer(Shape):
    code: Maybe = None
    name: Name | None = None
    team: OfficerTeam | None = None


class Logged(Shape):
    """A contact as the service behind gives it: with codes."""

    id: Text
    crn: Maybe = None
    created_at: Instant
    contact_date: Instant
    type: Coded
    outcome: Coded | None = None
    officer: Officer | None = None
    notes: Maybe = None
