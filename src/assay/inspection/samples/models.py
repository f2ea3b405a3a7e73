"""The sealed draw, its cases and those standing by, and declared conflicts of interest."""

from __future__ import annotations

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q

from assay.inspection.programmes.models import Inspection

IN, OUT, RESERVE = "in", "out", "reserve"


class Draw(models.Model):
    """One inspection's draw. ``receipt`` is the exact text that was hashed; it is never changed."""

    inspection = models.OneToOneField(Inspection, on_delete=models.PROTECT, related_name="+")
    seed = models.CharField(max_length=200)
    size = models.PositiveIntegerField()
    frame_hash = models.CharField(max_length=64)
    receipt = models.TextField()
    receipt_hash = models.CharField(max_length=64)
    has_records = models.BooleanField()
    sealed_at = models.DateTimeField()
    sealed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"draw of {self.size}"


class SampledCase(models.Model):
    """A drawn case, one that stands by, or one put out. ``number`` is its place in the sample, none for a
    reserve; ``position`` its place in the PDU's seeded order."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    draw = models.ForeignKey(Draw, on_delete=models.PROTECT, related_name="cases")
    number = models.PositiveIntegerField(null=True)
    position = models.PositiveIntegerField()
    standing = models.CharField(max_length=10, choices=[(each, each) for each in (IN, OUT, RESERVE)])
    assignment = models.CharField(max_length=100)
    crn = models.CharField(max_length=20)
    pdu_code = models.CharField(max_length=20)
    pdu_name = models.CharField(max_length=200)
    kind = models.CharField(max_length=40)
    started_on = models.DateField(null=True)
    staff_code = models.CharField(max_length=20, blank=True)
    reader = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )
    allocated_at = models.DateTimeField(null=True)
    replaced_by = models.OneToOneField("self", on_delete=models.PROTECT, related_name="replaces", null=True)
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ("draw_id", "number", "position")
        constraints = (
            models.UniqueConstraint(fields=("draw", "assignment"), name="samples_assignment_once"),
            models.UniqueConstraint(
                fields=("draw", "number"), condition=Q(standing=IN), name="samples_number_once"
            ),
            models.CheckConstraint(
                condition=Q(standing=RESERVE, number=None, reader=None) | ~Q(standing=RESERVE),
                name="samples_reserve_is_unread",
            ),
        )
        indexes = (models.Index(fields=("reader", "standing"), name="samples_of_reader"),)

    def __str__(self) -> str:
        return f"case {self.number}"


class Conflict(models.Model):
    """A reader who must not read cases of a PDU, and why."""

    inspection = models.ForeignKey(Inspection, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    pdu_code = models.CharField(max_length=20)
    reason = models.TextField()
    declared_at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(fields=("inspection", "user", "pdu_code"), name="samples_conflict_once"),
        )

    def __str__(self) -> str:
        return self.pdu_code
