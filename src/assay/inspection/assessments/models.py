"""A reading and everything a reader puts into it."""

from __future__ import annotations

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q

from assay.inspection.samples.models import SampledCase

VALUES = ("yes", "no", "does_not_apply")
OUTCOMES = ("", "held", "not_held")
FLAGS = ("good_practice", "risk")
SOURCES = (
    "contact",
    "assessment",
    "plan_row",
    "enquiry",
    "registration",
    "rosh",
    "words",
    "absence",
    "suspension",
    # Seen in the service's own system, where no record was brought in: known by day, kind and note alone.
    "noted",
)


class Reading(models.Model):
    """One reading of one case, pinned to a framework's version. Signed is frozen.

    ``instrument`` is chosen by the routing from the facts and written down with its reason when signed;
    until then it is worked out each time, since a corrected fact may change it.
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    case = models.OneToOneField(SampledCase, on_delete=models.PROTECT, related_name="+")
    framework_id = models.CharField(max_length=100)
    framework_version = models.CharField(max_length=20)
    facts_of_record = models.JSONField(default=dict)
    interview_outcome = models.CharField(
        max_length=10, blank=True, choices=[(each, each) for each in OUTCOMES]
    )
    interviewed_on = models.DateField(null=True)
    not_interviewed_because = models.TextField(blank=True)
    instrument = models.CharField(max_length=20, blank=True)
    opened_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    signed_at = models.DateTimeField(null=True)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )

    def __str__(self) -> str:
        return str(self.uuid)


class GivenFact(models.Model):
    """A fact as the reader gave it; what the record says is kept apart, on the reading."""

    reading = models.ForeignKey(Reading, on_delete=models.PROTECT, related_name="facts")
    code = models.CharField(max_length=50)
    value = models.JSONField(null=True)
    version = models.PositiveIntegerField(default=1)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)
        constraints = (models.UniqueConstraint(fields=("reading", "code"), name="assessments_fact_once"),)

    def __str__(self) -> str:
        return self.code


class GivenAnswer(models.Model):
    """An answer as it was last given. ``version`` counts its changes; what it was before is in the log."""

    reading = models.ForeignKey(Reading, on_delete=models.PROTECT, related_name="answers")
    question = models.CharField(max_length=20)
    value = models.CharField(max_length=20, blank=True, choices=[(each, each) for each in VALUES])
    note = models.TextField(blank=True)
    reason = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(fields=("reading", "question"), name="assessments_answer_once"),
            models.CheckConstraint(
                condition=~Q(value="does_not_apply", reason=""), name="assessments_reason_given"
            ),
        )

    def __str__(self) -> str:
        return f"{self.question}: {self.value}"


class CitedEvidence(models.Model):
    """An entry or paragraph cited under a question."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    reading = models.ForeignKey(Reading, on_delete=models.PROTECT, related_name="evidence")
    question = models.CharField(max_length=20)
    source = models.CharField(max_length=20, choices=[(each, each) for each in SOURCES])
    source_id = models.CharField(max_length=100)
    paragraph = models.PositiveIntegerField(default=0)
    label = models.CharField(max_length=300)
    happened_on = models.DateField(null=True)
    after_announcement = models.BooleanField(default=False)
    cited_at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("reading", "question", "source", "source_id", "paragraph"),
                name="assessments_cited_once",
            ),
        )

    def __str__(self) -> str:
        return self.label


class InterviewRemark(models.Model):
    """Something the practitioner said, and whether the record says it too."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    reading = models.ForeignKey(Reading, on_delete=models.PROTECT, related_name="remarks")
    question = models.CharField(max_length=20, blank=True)
    said = models.TextField()
    on_record = models.BooleanField()
    at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return str(self.uuid)


class MissedOpportunity(models.Model):
    """When something could have been done, by whom, and what was known then."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    reading = models.ForeignKey(Reading, on_delete=models.PROTECT, related_name="missed")
    happened_on = models.DateField()
    who = models.CharField(max_length=200)
    known = models.TextField()
    at = models.DateTimeField()

    class Meta:
        ordering = ("happened_on", "pk")

    def __str__(self) -> str:
        return str(self.uuid)


class RaisedFlag(models.Model):
    """Good practice, or a risk to be passed on now."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    reading = models.ForeignKey(Reading, on_delete=models.PROTECT, related_name="flags")
    kind = models.CharField(max_length=20, choices=[(each, each) for each in FLAGS])
    note = models.TextField()
    at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.kind
