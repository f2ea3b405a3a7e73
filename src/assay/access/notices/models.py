"""What waits for whom."""

from __future__ import annotations

from uuid import uuid4

from django.conf import settings
from django.db import models


class Notice(models.Model):
    """One thing waiting for one person. Holds a sentence of ours and a link, and never a name."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    sentence = models.TextField()
    values = models.JSONField(default=dict)
    link_name = models.CharField(max_length=100)
    link_arguments = models.JSONField(default=list)
    about = models.CharField(max_length=100, blank=True)
    made_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("made_at", "pk")
        indexes = (models.Index(fields=("user", "done_at"), name="notices_open"),)

    def __str__(self) -> str:
        return self.sentence
