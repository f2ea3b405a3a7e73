"""Reports and the versions of them."""

from __future__ import annotations

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q

from assay.inspection.reports.states import State


class Report(models.Model):
    """One version of an inspection's report. ``slug`` is the public address, the same for every version.

    ``content`` is empty until release; then it is the whole report with its figures, and ``content_hash``
    is what it hashes to. Nothing computes a released figure again.
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    inspection = models.ForeignKey("programmes.Inspection", on_delete=models.PROTECT, related_name="+")
    slug = models.SlugField(max_length=120)
    version = models.PositiveSmallIntegerField()
    state = models.CharField(
        max_length=20, choices=[(each.value, each.value) for each in State], default=State.DRAFT.value
    )
    title = models.CharField(max_length=200)
    judgement = models.TextField(blank=True)
    limits = models.TextField(blank=True)
    revision_note = models.TextField(blank=True)
    synthetic = models.BooleanField(default=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    begun_at = models.DateTimeField()
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    released_at = models.DateTimeField(null=True, blank=True)
    content = models.JSONField(null=True, blank=True)
    content_hash = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ("slug", "-version")
        constraints = (
            models.UniqueConstraint(fields=("slug", "version"), name="reports_version_once"),
            models.UniqueConstraint(
                fields=("inspection",),
                condition=~Q(state=State.RELEASED.value),
                name="reports_one_unreleased_version",
            ),
            models.CheckConstraint(
                condition=Q(state=State.RELEASED.value, released_by__isnull=False, released_at__isnull=False)
                & ~Q(content_hash="")
                | ~Q(state=State.RELEASED.value) & Q(released_by=None, released_at=None, content_hash=""),
                name="reports_released_whole",
            ),
            models.CheckConstraint(
                condition=Q(released_by=None) | ~Q(released_by=models.F("author")),
                name="reports_second_person",
            ),
        )

    def __str__(self) -> str:
        return f"{self.title}, version {self.version}"


class Step(models.Model):
    """A change of state: appended, never altered."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="steps")
    state = models.CharField(max_length=20, choices=[(each.value, each.value) for each in State])
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    note = models.TextField(blank=True)

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.state} at {self.at:%Y-%m-%d %H:%M}"


class Writer(models.Model):
    """Somebody who wrote in a version: they can no longer be the second person of it."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="writers")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("report", "user"), name="reports_writer_once"),)

    def __str__(self) -> str:
        return f"writer of {self.report_id}"
