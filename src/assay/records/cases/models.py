"""Opaque references, so that no address bar, log line or link shows a case reference number."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from itertools import islice
from typing import ClassVar
from uuid import UUID, uuid4

from django.db import models

AT_ONCE = 500


class CaseReferences(models.Manager["CaseReference"]):
    """Finds and issues references."""

    def known(self, keys: Iterable[str], *, kind: str = "case") -> dict[str, UUID]:
        """The references there are; keys without one are left out."""
        found: dict[str, UUID] = {}
        for some in _portions(keys):
            found |= dict(self.filter(kind=kind, key__in=some).values_list("key", "uuid"))
        return found

    def issue(self, keys: Collection[str], *, kind: str = "case") -> dict[str, UUID]:
        """A reference for every key, made where there is none. Two at once get the same."""
        found = self.known(keys, kind=kind)
        missing = [each for each in dict.fromkeys(keys) if each not in found]
        for some in _portions(missing):
            rows = [CaseReference(kind=kind, key=each) for each in some]
            self.bulk_create(rows, ignore_conflicts=True)
        return found | self.known(missing, kind=kind)


class CaseReference(models.Model):
    """The opaque name of a case in links. It stays the same from night to night; no limit hangs on it:
    knowing one opens nothing."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=20, default="case")
    key = models.CharField(max_length=40)

    objects: ClassVar[CaseReferences] = CaseReferences()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("kind", "key"), name="cases_reference_once"),)

    def __str__(self) -> str:
        return str(self.uuid)


def _portions(keys: Iterable[str]) -> Iterable[list[str]]:
    left = iter(keys)
    while some := list(islice(left, AT_ONCE)):
        yield some
