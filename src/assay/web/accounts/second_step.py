"""How secrets of the second step are kept: encrypted, so that a copy of the database signs nobody in."""

from __future__ import annotations

import base64
from typing import Any, ClassVar

from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.translation import gettext_lazy as _


class SecondStep(DefaultMFAAdapter):  # type: ignore[misc] # allauth has no types
    """The adapter named in the settings. Old keys still open what they closed."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("This code is not right, or it is too old. Enter the one the app shows now"),
        "rate_limited": _("There were too many attempts. Wait a few minutes, then try again"),
    }

    def encrypt(self, text: str) -> str:
        return _box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _box().decrypt(encrypted_text.encode()).decode()


def _box() -> MultiFernet:
    return MultiFernet([_key(each) for each in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


def _key(secret: str | bytes) -> Fernet:
    # A key of its own, so that nothing else made from the secret key could open these.
    material = secret.encode() if isinstance(secret, str) else secret
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"assay second step").derive(material)
    return Fernet(base64.urlsafe_b64encode(derived))
