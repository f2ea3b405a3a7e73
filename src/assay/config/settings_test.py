"""Settings of the test suite: both sides' rooms in one database, so that one process can test either.

A test of one side's pages sets ``ROOT_URLCONF`` and ``SIDE`` through the fixtures of ``tests/conftest.py``.
"""

from __future__ import annotations

import os
import tempfile

os.environ.setdefault("ASSAY_HOME", tempfile.mkdtemp(prefix="assay-test-"))
os.environ.setdefault("ASSAY_SECRET_KEY", "a-key-for-tests-only-" * 3)

from assay.config.settings import *  # noqa: F403
from assay.config.settings import ACCESS_ROOMS, INSPECTORATE_ROOMS, INSTALLED_APPS, MIDDLEWARE, SERVICE_ROOMS

INSTALLED_APPS = [
    *(each for each in INSTALLED_APPS if not each.startswith("assay.")),
    *ACCESS_ROOMS,
    *SERVICE_ROOMS,
    *INSPECTORATE_ROOMS,
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# Pages are tested as a demonstration on loopback: over plain HTTP, with the list of people to sign in as.
DEMONSTRATION = True
SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = False
SECURE_HSTS_SECONDS = 0
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME, LANGUAGE_COOKIE_NAME = "session", "csrf", "language"
# One language cookie, no manifest: tests need no collected static files.
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
MIDDLEWARE = [each for each in MIDDLEWARE if not each.startswith("whitenoise.")]
