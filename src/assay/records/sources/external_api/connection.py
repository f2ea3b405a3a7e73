"""Where the service is and who asks: from the environment and files, never from the command line.

A value on a command line is seen by everyone on the machine and kept in histories. The key and the passphrase
may stand in files whose rights their owner sets.
"""

from __future__ import annotations

import os
import ssl
from dataclasses import dataclass, field
from pathlib import Path

from assay.core.errors import Problem, Unfit
from assay.core.messages import Message, message

FILE = "environment"


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """``base`` is the External API; ``upstream`` the case-detail service behind it, for those who may ask it.
    The key is left out of the value's own words."""

    base: str
    upstream: str | None
    certificate: Path
    private_key: Path
    authorities: Path | None
    key: str = field(repr=False)
    passphrase: str | None = field(default=None, repr=False)

    def tls(self) -> ssl.SSLContext:
        """Verifies the service against the authorities given, else the system's; shows our certificate."""
        context = ssl.create_default_context(cafile=self.authorities)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        # A callable, so that OpenSSL never asks at the terminal.
        context.load_cert_chain(self.certificate, self.private_key, password=lambda: self.passphrase or "")
        return context


def connection_from_environment() -> Connection:
    """``Unfit`` names the setting that is missing or cannot be read; it never repeats a secret."""
    base = _address("ASSAY_EXTERNAL_API", os.environ.get("ASSAY_EXTERNAL_API", ""))
    upstream = os.environ.get("ASSAY_EXTERNAL_API_UPSTREAM", "")
    found = Connection(
        base=base,
        upstream=_address("ASSAY_EXTERNAL_API_UPSTREAM", upstream) if upstream else None,
        certificate=_file(
            "ASSAY_EXTERNAL_API_CERTIFICATE", os.environ.get("ASSAY_EXTERNAL_API_CERTIFICATE", "")
        ),
        private_key=_file(
            "ASSAY_EXTERNAL_API_PRIVATE_KEY", os.environ.get("ASSAY_EXTERNAL_API_PRIVATE_KEY", "")
        ),
        authorities=_maybe(
            "ASSAY_EXTERNAL_API_AUTHORITIES", os.environ.get("ASSAY_EXTERNAL_API_AUTHORITIES", "")
        ),
        key=_secret(
            "ASSAY_EXTERNAL_API_KEY_FILE",
            os.environ.get("ASSAY_EXTERNAL_API_KEY_FILE", ""),
            os.environ.get("ASSAY_EXTERNAL_API_KEY", ""),
        ),
        passphrase=_secret(
            "ASSAY_EXTERNAL_API_PASSPHRASE_FILE",
            os.environ.get("ASSAY_EXTERNAL_API_PASSPHRASE_FILE", ""),
            os.environ.get("ASSAY_EXTERNAL_API_PASSPHRASE", "") or " ",
        ).strip()
        or None,
    )
    try:
        found.tls()
    except (ssl.SSLError, OSError):
        raise _unfit(
            "ASSAY_EXTERNAL_API_CERTIFICATE",
            message("The certificate, its private key or the authorities cannot be used together."),
            message("Check that all are PEM files, belong together, and that the passphrase is the key's."),
        ) from None
    return found


def _address(name: str, said: str) -> str:
    if not said.startswith("https://") or "@" in said:
        raise _unfit(
            name,
            message("The address of the service is missing, or is not https."),
            message("Write it as https://HOST, without a name, password or key in it."),
        )
    return said.rstrip("/")


def _maybe(name: str, said: str) -> Path | None:
    return _file(name, said) if said else None


def _file(name: str, said: str) -> Path:
    path = Path(said)
    if not said or not path.is_file() or not os.access(path, os.R_OK):
        raise _unfit(
            name,
            message("The setting names no file that can be read."),
            message("Put the path of the file into the environment, and let this user read it."),
        )
    return path


def _secret(name: str, file: str, said: str) -> str:
    """From the file where one is named, else from the environment."""
    found = _file(name, file).read_text("utf-8").strip() if file else said
    if not found or "\n" in found:
        raise _unfit(
            name,
            message("The secret is missing or is more than one line."),
            message("Put it into a file of one line and name the file here."),
        )
    return found


def _unfit(name: str, what: Message, remedy: Message) -> Unfit:
    return Unfit([Problem(file=FILE, rule="setting", column=name, message=what, remedy=remedy)])
