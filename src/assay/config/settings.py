"""Settings of one installation. ``ASSAY_SIDE`` chooses which side it serves; nonsense is refused at start."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from assay.config import logs
from assay.web import content_security

SOURCE = Path(__file__).resolve().parents[1]
SIDES = ("service", "inspectorate")

SIDE = os.environ.get("ASSAY_SIDE", "service")
if SIDE not in SIDES:
    raise ImproperlyConfigured(f"ASSAY_SIDE is {SIDE!r}; it must be 'service' or 'inspectorate'.")

# Everything an installation keeps lies under its own home, one folder for each side.
HOME = Path(os.environ.get("ASSAY_HOME", "var")).resolve() / SIDE


def _switch(name: str) -> bool:
    given = os.environ.get(name, "0") or "0"
    if given not in ("0", "1"):
        raise ImproperlyConfigured(f"{name} is {given!r}; it must be 1 (yes) or 0 (no).")
    return given == "1"


def _hosts() -> list[str]:
    given = os.environ.get("ASSAY_HOSTS", "localhost,127.0.0.1")
    hosts = [each.strip() for each in given.split(",") if each.strip()]
    if not hosts or "*" in hosts:
        raise ImproperlyConfigured(
            "ASSAY_HOSTS must name the hosts it serves, with commas between; '*' is refused."
        )
    return hosts


DEMONSTRATION = _switch("ASSAY_DEMONSTRATION")
DEBUG = False
ALLOWED_HOSTS = _hosts()
ON_LOOPBACK = set(ALLOWED_HOSTS) <= {"localhost", "127.0.0.1", "[::1]", "testserver"}


def _secret_key() -> str:
    """The key from the environment, else one made once and kept in the home, readable by its owner only."""
    given = os.environ.get("ASSAY_SECRET_KEY")
    if given:
        if len(given) < 40:
            raise ImproperlyConfigured("ASSAY_SECRET_KEY must have at least 40 characters.")
        return given
    kept = HOME / "secret"
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.touch(mode=0o600)
        kept.write_text(secrets.token_urlsafe(50), "utf-8")
    return kept.read_text("utf-8")


def _database(url: str) -> dict[str, Any]:
    """One database from one address: ``sqlite:///path`` or ``postgresql://user:password@host:port/name``."""
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": parts.path,
            # Measured: without IMMEDIATE and WAL 47 of 320 concurrent writes were lost to a locked database.
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
            },
        }
    if parts.scheme in ("postgres", "postgresql"):
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": parts.path.lstrip("/"),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": parts.hostname or "",
            "PORT": str(parts.port or ""),
            "CONN_MAX_AGE": 60,
        }
    raise ImproperlyConfigured("DATABASE_URL must begin with sqlite:/// or postgresql://.")


SECRET_KEY = _secret_key()
DATABASES = {"default": _database(os.environ.get("DATABASE_URL") or f"sqlite:///{HOME / 'assay.sqlite3'}")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

ACCESS_ROOMS = ["assay.access.audit", "assay.access.accounts", "assay.access.notices", "assay.records.cases"]
SERVICE_ROOMS = ["assay.assurance.oversight"]
INSPECTORATE_ROOMS = [
    "assay.inspection.programmes",
    "assay.inspection.samples",
    "assay.inspection.assessments",
    "assay.inspection.findings",
    "assay.inspection.recommendations",
    "assay.inspection.reports",
    "assay.inspection.outcomes",
]
ROOMS = ACCESS_ROOMS + (SERVICE_ROOMS if SIDE == "service" else INSPECTORATE_ROOMS)

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    *ROOMS,
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "assay.web.middleware.doors",
]
ROOT_URLCONF = f"assay.config.urls_{SIDE}"
WSGI_APPLICATION = "assay.config.wsgi.application"

# Jinja2 first: every page of ours. The second engine is for the mails and forms inside Django and allauth.
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [SOURCE / "web"],
        "OPTIONS": {
            "environment": "assay.web.rendering.environment",
            "context_processors": ["assay.web.rendering.page_context"],
        },
    },
    {"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True, "OPTIONS": {}},
]
FORM_RENDERER = "assay.web.components.forms.GovRenderer"

# Who may come in. Sign-up is closed: people are made by an action, never by themselves.
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "assay.web.accounts.adapter.Adapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_TEMPLATE_EXTENSION = "jinja"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600
ACCOUNT_FORMS = {
    "login": "assay.web.accounts.forms.SignInForm",
    "change_password": "assay.web.accounts.forms.ChangePasswordForm",
    "reauthenticate": "assay.web.accounts.forms.ConfirmForm",
}
ACCOUNT_RATE_LIMITS = {"login": "60/m/ip", "login_failed": "20/m/ip,5/5m/key", "reauthenticate": "10/m/user"}
MFA_ADAPTER = "assay.web.accounts.second_step.SecondStep"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_FORMS = {
    "authenticate": "assay.web.accounts.forms.SecondStepForm",
    "reauthenticate": "assay.web.accounts.forms.SecondStepAgainForm",
    "activate_totp": "assay.web.accounts.forms.AddAppForm",
    "add_webauthn": "assay.web.accounts.forms.AddKeyForm",
}
MFA_TOTP_ISSUER = "Assay"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEMONSTRATION and ON_LOOPBACK

# Counts of failed sign-ins must be one for all workers, hence a cache in the database.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"}}

# Both sides of a demonstration run on one host, where cookies of equal name would sign each other out.
SECURE = not (DEMONSTRATION and ON_LOOPBACK)
_prefix = "__Host-" if SECURE else ""
SESSION_COOKIE_NAME = f"{_prefix}assay_{SIDE}_session"
CSRF_COOKIE_NAME = f"{_prefix}assay_{SIDE}_csrf"
LANGUAGE_COOKIE_NAME = f"{_prefix}assay_{SIDE}_language"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 8 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_FAILURE_VIEW = "assay.web.errors.form_expired"

SECURE_SSL_REDIRECT = SECURE
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if _switch("ASSAY_BEHIND_PROXY"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CONTENT_SECURITY_POLICY = content_security.POLICY

TIME_ZONE = "Europe/London"
USE_TZ = True
LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", "English"), ("cy", "Cymraeg")]
LOCALE_PATHS = [SOURCE / "locale"]

# ``web/static`` is prepared from the npm packages; ``web/assets`` is our own.
STATIC_URL = "/static/"
STATICFILES_DIRS = [each for each in (SOURCE / "web" / "static", SOURCE / "web" / "assets") if each.is_dir()]
STATIC_ROOT = HOME / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

LOGGING = logs.CONFIGURATION
