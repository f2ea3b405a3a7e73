"""What people do about what the records do not show. Never the only copy of a decision about a person.

Every text a person writes here about a case is on its way into nDelius as a :class:`RecordText`, and a
decision takes effect once a night has seen the contact. Cases are named by CRN as text, because the
records are not in this database.
"""

from __future__ import annotations

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from assay.assurance.oversight.types import State, TextState

_USER = settings.AUTH_USER_MODEL


class Round(models.Model):
    """One night's records looked at: which duties it held, so that a duty's first night is backlog."""

    night_id = models.CharField(max_length=100, unique=True)
    as_at = models.DateField()
    duties = models.JSONField(default=list)
    attached_at = models.DateTimeField()

    class Meta:
        ordering = ("as_at", "pk")

    def __str__(self) -> str:
        return self.night_id


class Matter(models.Model):
    """Something open about a person, kept through the nights: what people write hangs on this.

    ``lapse_id`` and the columns after it are the lapse as the last night saw it. ``then`` is the state a
    night gives once it has seen the contact that was promised; ``until`` is when a decision comes back.
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    lapse_id = models.CharField(max_length=100, db_index=True)
    obligation_id = models.CharField(max_length=100)
    duty = models.CharField(max_length=10)
    crn = models.CharField(max_length=20, db_index=True)
    anchor_id = models.CharField(max_length=100)
    team = models.CharField(max_length=20)
    pdu = models.CharField(max_length=20)
    region = models.CharField(max_length=20)
    opened_on = models.DateField()
    closed_on = models.DateField(null=True)
    severity = models.PositiveSmallIntegerField()
    triggered_on = models.DateField(null=True)
    due_on = models.DateField(null=True)
    window = models.CharField(max_length=60, blank=True)
    window_value = models.PositiveIntegerField(null=True)
    window_unit = models.CharField(max_length=30, blank=True)
    window_confidence = models.CharField(max_length=20, blank=True)
    first_seen_night = models.CharField(max_length=100)
    first_seen_on = models.DateField()
    last_seen_on = models.DateField()
    is_backlog = models.BooleanField(default=False)
    state = models.CharField(max_length=30, default=State.OPEN, choices=[(s.value, s.value) for s in State])
    then = models.CharField(max_length=30, blank=True)
    until = models.DateField(null=True)

    class Meta:
        ordering = ("pk",)
        indexes = (
            models.Index(fields=("crn", "state"), name="oversight_matter_case"),
            models.Index(fields=("team", "state"), name="oversight_matter_team"),
            models.Index(fields=("pdu", "state"), name="oversight_matter_pdu"),
        )
        constraints = (
            models.CheckConstraint(condition=Q(severity__range=(1, 4)), name="oversight_matter_severity"),
            models.CheckConstraint(
                condition=Q(closed_on=None) | Q(closed_on__gte=F("opened_on")), name="oversight_matter_dates"
            ),
            models.CheckConstraint(
                condition=Q(state__in=[s.value for s in State]), name="oversight_matter_state"
            ),
            models.UniqueConstraint(
                fields=("lapse_id",),
                condition=~Q(state=State.JOINED.value),
                name="oversight_matter_one_lapse",
            ),
        )

    def __str__(self) -> str:
        return f"{self.duty} {self.uuid}"


class RecordText(models.Model):
    """Ready text for one nDelius contact. ``already`` are the contacts of that type that were there before.

    ``made_on`` is the day of the records in force when it was written; ``seen_contact_id`` is the contact a
    night took it to have become.
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    crn = models.CharField(max_length=20, db_index=True)
    contact_type = models.CharField(max_length=20)
    outcome = models.CharField(max_length=20, blank=True)
    happened_on = models.DateField()
    words = models.TextField()
    sensitive = models.BooleanField(default=False)
    matters = models.ManyToManyField(Matter, related_name="texts")
    already = models.JSONField(default=list)
    made_at = models.DateTimeField()
    made_on = models.DateField()
    made_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(
        max_length=20, default=TextState.WAITING, choices=[(s.value, s.value) for s in TextState]
    )
    seen_contact_id = models.CharField(max_length=100, blank=True)
    seen_on = models.DateField(null=True)

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("seen_contact_id",),
                condition=~Q(seen_contact_id=""),
                name="oversight_text_one_contact",
            ),
            models.CheckConstraint(
                condition=Q(state=TextState.IN_RECORD.value, seen_on__isnull=False)
                | (~Q(state=TextState.IN_RECORD.value) & Q(seen_contact_id="")),
                name="oversight_text_seen",
            ),
        )

    def __str__(self) -> str:
        return f"{self.contact_type} {self.uuid}"


class StatusRow(models.Model):
    """A state a matter or a text was given: by whom, when, and why. Appended, never changed."""

    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="statuses", null=True)
    text = models.ForeignKey(RecordText, on_delete=models.PROTECT, related_name="statuses", null=True)
    state = models.CharField(max_length=30)
    because = models.CharField(max_length=40)
    by_kind = models.CharField(max_length=10)
    by_key = models.CharField(max_length=100)
    at = models.DateTimeField()
    on = models.DateField()

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.CheckConstraint(
                condition=Q(matter__isnull=False, text__isnull=True)
                | Q(matter__isnull=True, text__isnull=False),
                name="oversight_status_of_one",
            ),
        )

    def __str__(self) -> str:
        return self.state


class Discussion(models.Model):
    """A manager and a practitioner talked: five questions and their answers."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    crn = models.CharField(max_length=20, db_index=True)
    text = models.OneToOneField(RecordText, on_delete=models.PROTECT, related_name="discussion")
    risk = models.TextField()
    unknown = models.TextField()
    others = models.TextField()
    change = models.TextField()
    by_when = models.DateField()
    by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    on = models.DateField()

    class Meta:
        ordering = ("-pk",)

    def __str__(self) -> str:
        return str(self.uuid)


class Ask(models.Model):
    """A question to the practitioner who holds the case, and the reply."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    crn = models.CharField(max_length=20, db_index=True)
    matters = models.ManyToManyField(Matter, related_name="asks")
    question = models.TextField()
    staff_code = models.CharField(max_length=20, db_index=True)
    by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    on = models.DateField()
    reply = models.TextField(blank=True)
    text = models.OneToOneField(RecordText, on_delete=models.PROTECT, related_name="ask", null=True)
    replied_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+", null=True)
    replied_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-pk",)

    def __str__(self) -> str:
        return str(self.uuid)


class Decision(models.Model):
    """Not now, because: a reason, an owner, and the date it comes back."""

    WAITING_FOR_PARTNER = "waiting_for_partner"
    DECIDED_NOT_TO = "decided_not_to"

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    crn = models.CharField(max_length=20, db_index=True)
    kind = models.CharField(
        max_length=30,
        choices=[(WAITING_FOR_PARTNER, WAITING_FOR_PARTNER), (DECIDED_NOT_TO, DECIDED_NOT_TO)],
    )
    text = models.OneToOneField(RecordText, on_delete=models.PROTECT, related_name="decision")
    reason = models.TextField()
    owner = models.CharField(max_length=200)
    review_on = models.DateField()
    by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    on = models.DateField()

    class Meta:
        ordering = ("-pk",)

    def __str__(self) -> str:
        return str(self.uuid)


class Dispute(models.Model):
    """This is wrong, because: it goes on counting until a second person agrees."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="disputes")
    reason = models.TextField()
    by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    on = models.DateField()
    agreed = models.BooleanField(null=True)
    second_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+", null=True)
    second_at = models.DateTimeField(null=True)
    second_reason = models.TextField(blank=True)
    text = models.OneToOneField(RecordText, on_delete=models.PROTECT, related_name="dispute", null=True)

    class Meta:
        ordering = ("-pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("matter",), condition=Q(agreed=None), name="oversight_dispute_one_open"
            ),
            models.CheckConstraint(
                condition=Q(second_by=None) | ~Q(second_by=F("by")), name="oversight_dispute_two_people"
            ),
        )

    def __str__(self) -> str:
        return str(self.uuid)


class RungClaim(models.Model):
    """A practitioner says an answer was analysed or used, and cites the paragraph; the SPO agrees or not.

    The paragraph is cited by its words' id and number: the words themselves stay in the records.
    """

    ANALYSED = "analysed"
    USED = "used"

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    crn = models.CharField(max_length=20, db_index=True)
    enquiry_id = models.CharField(max_length=100)
    rung = models.CharField(max_length=10, choices=[(ANALYSED, ANALYSED), (USED, USED)])
    words_id = models.CharField(max_length=100)
    paragraph = models.PositiveSmallIntegerField()
    by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    on = models.DateField()
    agreed = models.BooleanField(null=True)
    second_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+", null=True)
    second_at = models.DateTimeField(null=True)
    text = models.OneToOneField(RecordText, on_delete=models.PROTECT, related_name="rung_claim", null=True)

    class Meta:
        ordering = ("-pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("enquiry_id", "rung"),
                condition=Q(agreed=None) | Q(agreed=True),
                name="oversight_rung_once",
            ),
            models.CheckConstraint(
                condition=Q(second_by=None) | ~Q(second_by=F("by")), name="oversight_rung_two_people"
            ),
        )

    def __str__(self) -> str:
        return f"{self.rung} {self.uuid}"


class Adoption(models.Model):
    """A region's named role takes a starting value as its own, so that it may put people into a queue."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    region_code = models.CharField(max_length=20)
    window = models.CharField(max_length=60)
    value = models.CharField(max_length=20)
    unit = models.CharField(max_length=30)
    adopted_on = models.DateField()
    by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    withdrawn_on = models.DateField(null=True)
    withdrawn_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+", null=True)

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("region_code", "window"),
                condition=Q(withdrawn_on=None),
                name="oversight_adoption_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.region_code} {self.window}"


class ShortRead(models.Model):
    """One person per caseload with nothing open, drawn each month: the way to learn what the duties miss."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    crn = models.CharField(max_length=20)
    staff_code = models.CharField(max_length=20)
    team = models.CharField(max_length=20, db_index=True)
    month = models.DateField()
    drawn_on = models.DateField()
    missed = models.BooleanField(null=True)
    note = models.TextField(blank=True)
    text = models.OneToOneField(RecordText, on_delete=models.PROTECT, related_name="short_read", null=True)
    read_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+", null=True)
    read_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(fields=("staff_code", "month"), name="oversight_short_read_once"),
        )

    def __str__(self) -> str:
        return str(self.uuid)
