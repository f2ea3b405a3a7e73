"""Programmes, their inspections, who takes part, and each state an inspection has been in."""

from __future__ import annotations

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from assay.inspection.programmes import rules


class Programme(models.Model):
    """A run of inspections under one framework. ``ratings_used`` is off where the programme opted out."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    name = models.CharField(max_length=200, unique=True)
    framework_id = models.CharField(max_length=100)
    ratings_used = models.BooleanField(default=False)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Inspection(models.Model):
    """One inspection of one region. Pinned to a framework and its version when it is made."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="inspections")
    name = models.CharField(max_length=200)
    region_code = models.CharField(max_length=20)
    region_name = models.CharField(max_length=200)
    framework_id = models.CharField(max_length=100)
    framework_version = models.CharField(max_length=20)
    announced_on = models.DateField()
    fieldwork_on = models.DateField()
    fieldwork_ends_on = models.DateField()
    weeks_before_earliest = models.PositiveSmallIntegerField(default=rules.WEEKS_BEFORE[0])
    weeks_before_latest = models.PositiveSmallIntegerField(default=rules.WEEKS_BEFORE[1])
    state = models.CharField(max_length=20, choices=[(each.code, each.code) for each in rules.STATES])
    made_at = models.DateTimeField()

    class Meta:
        ordering = ("-announced_on", "name")
        constraints = (
            models.CheckConstraint(
                condition=Q(fieldwork_on__gte=F("announced_on"))
                & Q(fieldwork_ends_on__gte=F("fieldwork_on")),
                name="programmes_dates_in_order",
            ),
        )

    def __str__(self) -> str:
        return self.name


class StateChange(models.Model):
    """One state an inspection came into. Rows are added, never changed."""

    inspection = models.ForeignKey(Inspection, on_delete=models.PROTECT, related_name="changes")
    state = models.CharField(max_length=20)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("at", "pk")

    def __str__(self) -> str:
        return self.state


class Membership(models.Model):
    """A person's part in an inspection."""

    inspection = models.ForeignKey(Inspection, on_delete=models.PROTECT, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    part = models.CharField(max_length=20, choices=[(each, each) for each in rules.PARTS])
    joined_at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(fields=("inspection", "user", "part"), name="programmes_member_once"),
        )

    def __str__(self) -> str:
        return self.part
