"""The log's tables. Rows are only ever added; triggers refuse the rest (see ``triggers.py``).

No foreign key leaves this room: actors and subjects are text, so that the log outlives what it names.
"""

from __future__ import annotations

from uuid import uuid4

from django.db import models

from assay.access.audit.types import Retention, Verb


class Entry(models.Model):
    """One thing done. Holds nothing personal: that is in :class:`Payload` and :class:`EntrySubject`."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    at = models.DateTimeField()
    verb = models.CharField(max_length=16, choices=[(each.value, each.value) for each in Verb])
    actor_kind = models.CharField(max_length=16)
    actor_key = models.CharField(max_length=64)
    what = models.TextField()
    recipient = models.TextField(blank=True)
    retention = models.CharField(max_length=16, choices=[(each.value, each.value) for each in Retention])

    class Meta:
        ordering = ("pk",)
        indexes = (
            models.Index(fields=("actor_kind", "actor_key", "at"), name="audit_entry_actor"),
            models.Index(fields=("at",), name="audit_entry_at"),
        )

    def __str__(self) -> str:
        return f"{self.verb}: {self.what}"


class EntrySubject(models.Model):
    """One subject of an entry. After disposal ``key`` and ``salt`` are empty and ``hash`` remains."""

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="subjects")
    position = models.PositiveIntegerField()
    kind = models.CharField(max_length=32)
    key = models.TextField(blank=True)
    salt = models.CharField(max_length=32, blank=True)
    hash = models.CharField(max_length=64)
    disposed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("entry_id", "position")
        constraints = (models.UniqueConstraint(fields=("entry", "position"), name="audit_subject_position"),)
        indexes = (models.Index(fields=("kind", "key"), name="audit_subject_key"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.position}"


class Payload(models.Model):
    """An entry's details as canonical JSON. After disposal ``content`` and ``salt`` are empty."""

    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="payload")
    content = models.TextField(blank=True)
    salt = models.CharField(max_length=32, blank=True)
    hash = models.CharField(max_length=64)
    disposed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"payload of {self.entry_id}"


class Seal(models.Model):
    """One link of the chain. ``previous`` is unique, so the chain cannot fork even with two sealers."""

    number = models.PositiveBigIntegerField(primary_key=True)
    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="seal")
    entry_hash = models.CharField(max_length=64)
    previous = models.CharField(max_length=64, unique=True)
    hash = models.CharField(max_length=64, unique=True)
    sealed_at = models.DateTimeField()

    class Meta:
        ordering = ("number",)

    def __str__(self) -> str:
        return f"seal {self.number}"
