"""What an inspection recommends, and to whom."""

from __future__ import annotations

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q

from assay.inspection.recommendations.types import Addressee


class Recommendation(models.Model):
    """One recommendation of one inspection. ``text_known`` is False where no source of ours has the text.

    A released report keeps its own copy, so that a later change here changes nothing that was published.
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    inspection = models.ForeignKey("programmes.Inspection", on_delete=models.PROTECT, related_name="+")
    addressee = models.CharField(max_length=20, choices=[(each.value, each.value) for each in Addressee])
    position = models.PositiveSmallIntegerField()
    theme = models.CharField(max_length=200)
    text = models.TextField(blank=True)
    text_known = models.BooleanField(default=True)
    source = models.CharField(max_length=300, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ("inspection", "position")
        constraints = (
            models.UniqueConstraint(fields=("inspection", "position"), name="recommendations_position_once"),
            models.CheckConstraint(
                condition=Q(text_known=True) & ~Q(text="") | Q(text_known=False, text=""),
                name="recommendations_text_or_none",
            ),
        )

    def __str__(self) -> str:
        return f"{self.position}. {self.theme}"
