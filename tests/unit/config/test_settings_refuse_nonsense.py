"""Settings say what is wrong with a sentence, before anything is served."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from django.core.exceptions import ImproperlyConfigured


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[pytest.MonkeyPatch]:
    """A clean environment, and the real settings module back afterwards."""
    for name in ("SIDE", "DEMONSTRATION", "HOSTS", "SECRET_KEY", "BEHIND_PROXY"):
        monkeypatch.delenv(f"ASSAY_{name}", raising=False)
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("ASSAY_HOME", str(tmp_path))
    kept = sys.modules.get("assay.config.settings")
    yield monkeypatch
    if kept is not None:
        sys.modules["assay.config.settings"] = kept


def read_settings() -> ModuleType:
    sys.modules.pop("assay.config.settings", None)
    return importlib.import_module("assay.config.settings")


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("ASSAY_SIDE", "both", "must be 'service' or 'inspectorate'"),
        ("ASSAY_DEMONSTRATION", "yes", "must be 1"),
        ("ASSAY_HOSTS", "*", "must name the hosts"),
        ("ASSAY_HOSTS", " , ", "must name the hosts"),
        ("ASSAY_SECRET_KEY", "short", "at least 40 characters"),
        ("DATABASE_URL", "mysql://x/y", "must begin with sqlite:/// or postgresql://"),
        ("ASSAY_BEHIND_PROXY", "nginx", "must be 1"),
    ],
)
def test_nonsense_is_refused(environment: pytest.MonkeyPatch, name: str, value: str, sentence: str) -> None:
    environment.setenv(name, value)
    with pytest.raises(ImproperlyConfigured, match=sentence.replace("(", r"\(")):
        read_settings()


def test_a_real_installation_is_closed_by_default(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("ASSAY_HOSTS", "assay.example.invalid")
    settings = read_settings()
    assert settings.SECURE_SSL_REDIRECT is True
    assert settings.SESSION_COOKIE_SECURE is settings.CSRF_COOKIE_SECURE is True
    assert settings.SESSION_COOKIE_NAME == "__Host-assay_service_session"
    assert settings.SECURE_HSTS_SECONDS == 31_536_000
    assert settings.DEMONSTRATION is False
    assert not hasattr(settings, "SECURE_PROXY_SSL_HEADER")


def test_a_demonstration_beyond_this_machine_keeps_its_cookies_safe(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("ASSAY_DEMONSTRATION", "1")
    assert read_settings().SESSION_COOKIE_SECURE is False
    environment.setenv("ASSAY_HOSTS", "localhost,assay.example.invalid")
    assert read_settings().SESSION_COOKIE_SECURE is True


def test_the_sides_keep_apart_on_one_host(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("ASSAY_DEMONSTRATION", "1")
    found = {}
    for side in ("service", "inspectorate"):
        environment.setenv("ASSAY_SIDE", side)
        settings = read_settings()
        cookies = (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, settings.LANGUAGE_COOKIE_NAME)
        found[side] = {
            *cookies,
            settings.ROOT_URLCONF,
            settings.DATABASES["default"]["NAME"],
            settings.SECRET_KEY,
        }
    assert found["service"] & found["inspectorate"] == set()


def test_the_key_is_made_once_and_readable_by_its_owner_only(
    environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    first = read_settings().SECRET_KEY
    kept = tmp_path / "service" / "secret"
    assert kept.stat().st_mode & 0o777 == 0o600
    assert first == read_settings().SECRET_KEY
    assert len(first) >= 60
