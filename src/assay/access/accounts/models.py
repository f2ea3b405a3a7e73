"""People who use Assay, what they may be, and the units they belong to."""

from __future__ import annotations

from typing import ClassVar
from uuid import uuid4

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q

from assay.access.accounts.roles import Role


class UserManager(BaseUserManager["User"]):
    """Reads only; people are made by :func:`assay.access.accounts.actions.create_user`."""


class User(AbstractBaseUser):
    """A person who signs in. Has no power of its own: every power is a :class:`Grant`.

    ``staff_code`` and ``delius_username`` tie the person to the records, where they are in them.
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    username = models.CharField(max_length=100, unique=True)
    name = models.CharField(max_length=200)
    email = models.EmailField(blank=True)
    staff_code = models.CharField(max_length=20, blank=True, db_index=True)
    delius_username = models.CharField(max_length=50, blank=True)
    is_active = models.BooleanField(default=True)
    made_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    EMAIL_FIELD = "email"
    USERNAME_FIELD = "username"

    class Meta:
        ordering = ("name", "pk")

    def __str__(self) -> str:
        return self.name


class Unit(models.Model):
    """A region, PDU, local admin unit or team, with the days it existed and the unit before it.

    ``parent_code`` and ``predecessor_code`` are codes, not keys: records may name a unit before its parent.
    """

    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=20)
    parent_code = models.CharField(max_length=20, blank=True)
    predecessor_code = models.CharField(max_length=20, blank=True)
    opened_on = models.DateField()
    closed_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("code",)
        constraints = (
            models.CheckConstraint(
                condition=Q(closed_on=None) | Q(closed_on__gt=F("opened_on")), name="accounts_unit_dates"
            ),
        )

    def __str__(self) -> str:
        return self.name


class Grant(models.Model):
    """One role in one unit from one day until, not including, another. No unit means every unit."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="grants")
    role = models.CharField(max_length=30, choices=[(each.value, each.value) for each in Role])
    unit_code = models.CharField(max_length=20, blank=True)
    opened_on = models.DateField()
    closed_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("user", "role", "unit_code"), condition=Q(closed_on=None), name="accounts_grant_once"
            ),
            models.CheckConstraint(
                condition=Q(closed_on=None) | Q(closed_on__gte=F("opened_on")), name="accounts_grant_dates"
            ),
        )

    def __str__(self) -> str:
        return f"{self.role} of {self.unit_code or 'every unit'}"
