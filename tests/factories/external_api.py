"""A service on this machine that answers as the HMPPS External API and the service behind it do.

It speaks HTTPS with certificates made here, asks callers for theirs, wants the key, turns pages, and fails
when it is told to. What it holds is made by :func:`person` in the services' published shapes.
"""

from __future__ import annotations

import datetime as dt
import ipaddress
import json
import ssl
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Lock, Thread
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from assay.records.sources.external_api import Connection

KEY = "a-key-that-nobody-may-see"
PASSPHRASE = "a passphrase that nobody may see"
Answers = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Certificates:
    """PEM files of one authority, the service, one caller it knows, and one it does not."""

    authority: Path
    service: Path
    service_key: Path
    caller: Path
    caller_key: Path
    stranger: Path
    stranger_key: Path


def make_certificates(folder: Path) -> Certificates:
    """Valid for an hour. The caller's key is locked with :data:`PASSPHRASE`."""
    authority, authority_key = _issue("Invented authority", None, folder / "authority.pem")
    _issue("127.0.0.1", (authority, authority_key), folder / "service.pem", folder / "service.key")
    _issue(
        "invented-region",
        (authority, authority_key),
        folder / "caller.pem",
        folder / "caller.key",
        PASSPHRASE,
    )
    other, other_key = _issue("Another authority", None, folder / "other.pem")
    _issue("stranger", (other, other_key), folder / "stranger.pem", folder / "stranger.key", PASSPHRASE)
    names = (
        "authority.pem",
        "service.pem",
        "service.key",
        "caller.pem",
        "caller.key",
        "stranger.pem",
        "stranger.key",
    )
    return Certificates(*(folder / each for each in names))


def _issue(
    name: str,
    by: tuple[x509.Certificate, ec.EllipticCurvePrivateKey] | None,
    path: Path,
    key_path: Path | None = None,
    passphrase: str | None = None,
) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    issuer, signer = (by[0].subject, by[1]) if by else (subject, key)
    now = dt.datetime.now(dt.UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(minutes=5))
        .not_valid_after(now + dt.timedelta(hours=1))
        .add_extension(x509.BasicConstraints(ca=by is None, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False
        )
        .add_extension(_usage(is_authority=by is None), critical=True)
    )
    if by is not None:
        address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
        builder = builder.add_extension(x509.SubjectAlternativeName([address]), critical=False)
        uses = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
        builder = builder.add_extension(x509.ExtendedKeyUsage(uses), critical=False)
    certificate = builder.sign(signer, hashes.SHA256())
    path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    if key_path is not None:
        lock: serialization.KeySerializationEncryption = serialization.NoEncryption()
        if passphrase:
            lock = serialization.BestAvailableEncryption(passphrase.encode())
        form = serialization.PrivateFormat.PKCS8
        key_path.write_bytes(key.private_bytes(serialization.Encoding.PEM, form, lock))
    return certificate, key


def _usage(*, is_authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        key_cert_sign=is_authority,
        crl_sign=is_authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


@dataclass
class Fault:
    """What to do with the next request whose address ends so, instead of answering. ``cut`` sends half an
    answer, ``drop`` nothing, ``hold`` waits until it is told to go on."""

    ends: str
    status: int | None = None
    retry_after: str | None = None
    cut: bool = False
    drop: bool = False
    hold: bool = False
    body: bytes | None = None
    location: str | None = None


@dataclass
class Service:
    """What it holds (by person and name of route), what it will do wrong, and all it was asked."""

    certificates: Certificates
    people: dict[str, Answers] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    most: int = 2
    let_go: Event = field(default_factory=Event)
    held: Event = field(default_factory=Event)
    _lock: Lock = field(default_factory=Lock)

    def __enter__(self) -> Service:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificates.service, self.certificates.service_key)
        context.load_verify_locations(self.certificates.authority)
        context.verify_mode = ssl.CERT_REQUIRED
        self._server = _Server(("127.0.0.1", 0), _handler(self), context)
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.let_go.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def base(self) -> str:
        return f"https://127.0.0.1:{self._server.server_address[1]}"

    def connection(self, *, upstream: bool = False) -> Connection:
        return Connection(
            base=self.base,
            upstream=f"{self.base}/delius" if upstream else None,
            certificate=self.certificates.caller,
            private_key=self.certificates.caller_key,
            authorities=self.certificates.authority,
            key=KEY,
            passphrase=PASSPHRASE,
        )

    def environment(self, *, upstream: bool = False) -> dict[str, str]:
        """The same, as an installation is told it. The key lies in a file."""
        key_file = self.certificates.caller.with_name("key.txt")
        key_file.write_text(f"{KEY}\n", "utf-8")
        passphrase_file = self.certificates.caller.with_name("passphrase.txt")
        passphrase_file.write_text(f"{PASSPHRASE}\n", "utf-8")
        found = {
            "ASSAY_EXTERNAL_API": self.base,
            "ASSAY_EXTERNAL_API_CERTIFICATE": str(self.certificates.caller),
            "ASSAY_EXTERNAL_API_PRIVATE_KEY": str(self.certificates.caller_key),
            "ASSAY_EXTERNAL_API_PASSPHRASE_FILE": str(passphrase_file),
            "ASSAY_EXTERNAL_API_AUTHORITIES": str(self.certificates.authority),
            "ASSAY_EXTERNAL_API_KEY_FILE": str(key_file),
        }
        return found | ({"ASSAY_EXTERNAL_API_UPSTREAM": f"{self.base}/delius"} if upstream else {})

    def fault_of(self, path: str) -> Fault | None:
        with self._lock:
            self.asked.append(path)
            found = next((each for each in self.faults if path.partition("?")[0].endswith(each.ends)), None)
            if found is not None:
                self.faults.remove(found)
            return found

    def answer(self, path: str) -> tuple[int, Any]:
        """The status and body for an address, as the services build them."""
        said = urlsplit(path)
        query = {name: values[0] for name, values in parse_qs(said.query).items()}
        parts = unquote(said.path).strip("/").split("/")
        if parts[:2] == ["delius", "case"]:
            return self._behind(parts[2], "/".join(parts[3:]), query)
        if parts[:3] == ["v1", "epf", "person-details"]:
            return self._single(parts[3], f"details/{parts[4]}")
        if parts[:2] != ["v1", "persons"]:
            return 404, None
        crn, name = parts[2], "/".join(parts[3:]) or "person"
        if name in PAGED:
            return self._paged(crn, name, query)
        return self._single(crn, name)

    def _held(self, crn: str, name: str) -> tuple[int, Any]:
        if crn not in self.people:
            return 404, None
        found = self.people[crn].get(name, PAGED.get(name, 404))
        return (found, None) if isinstance(found, int) else (200, found)

    def _single(self, crn: str, name: str) -> tuple[int, Any]:
        status, found = self._held(crn, name)
        return (status, {"data": found}) if status == 200 else (status, None)

    def _paged(self, crn: str, name: str, query: Mapping[str, str]) -> tuple[int, Any]:
        status, rows = self._held(crn, name)
        if status != 200:
            return status, None
        page, size = int(query["page"]), min(int(query["perPage"]), self.most)
        pages = max(1, -(-len(rows) // size))
        data = rows[(page - 1) * size : page * size]
        turning = {
            "isLastPage": page >= pages,
            "count": len(data),
            "page": page,
            "perPage": size,
            "totalCount": len(rows),
            "totalPages": pages,
        }
        return 200, {"data": data, "pagination": turning}

    def _behind(self, crn: str, name: str, query: Mapping[str, str]) -> tuple[int, Any]:
        status, found = self._held(crn, f"delius/{name}")
        if status != 200 or name != "contacts":
            return status, found
        page, size = int(query["page"]), min(int(query["size"]), self.most)
        pages = max(1, -(-len(found) // size))
        rows = found[page * size : (page + 1) * size]
        return 200, {"content": rows, "totalPages": pages, "totalResults": len(found)}


# Routes that turn pages, with what they hold of a person for whom nothing was said.
PAGED: dict[str, Any] = {
    "sentences": [],
    "contact-events": [],
    "risks/dynamic": [],
    "status-information": [],
    "risks/scores": [],
    "risk-management-plan": [],
}


class _Server(ThreadingHTTPServer):
    """Each connection shakes hands in its own thread, so that a stranger keeps nobody waiting."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int], handler: type, context: ssl.SSLContext) -> None:
        super().__init__(address, handler)
        self._context = context

    def finish_request(self, request: Any, client_address: Any) -> None:
        with suppress(OSError), self._context.wrap_socket(request, server_side=True) as secure:
            self.RequestHandlerClass(secure, client_address, self)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Callers that go away are part of the tests."""


def _handler(service: Service) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # an answer in one piece: heading and body apart wait for each other

        def do_GET(self) -> None:
            fault = service.fault_of(self.path)
            if fault and fault.hold:
                service.held.set()
                service.let_go.wait(60)
            if fault and fault.drop:
                self.close_connection = True
                return
            if self.headers.get("x-api-key") != KEY:
                self._say(401, b"{}")
                return
            status, body = service.answer(self.path)
            content = json.dumps(body).encode() if body is not None else b"{}"
            if fault and (fault.status or fault.body is not None):
                headers = {"Retry-After": fault.retry_after} if fault.retry_after else {}
                headers |= {"Location": fault.location} if fault.location else {}
                self._say(fault.status or 200, fault.body if fault.body is not None else b"{}", headers)
            elif fault and fault.cut:
                self._say(status, content, length=len(content) * 2)
                self.close_connection = True
            else:
                self._say(status, content)

        def _say(
            self,
            status: int,
            content: bytes,
            headers: Mapping[str, str] | None = None,
            length: int | None = None,
        ) -> None:
            self.send_response(status)
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content) if length is None else length))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            """Nothing is written."""

    return Handler


def person(crn: str, **parts: Any) -> Answers:
    """A person's answers: who they are and that nobody is kept from the record, with the routes given
    (``contact_events=[...]`` is the route ``contact-events``; ``risks__dynamic`` is ``risks/dynamic``)."""
    said: Answers = {
        "person": {
            "prisonerOffenderSearch": None,
            "probationOffenderSearch": {
                "underActiveSupervision": True,
                "firstName": "Robin",
                "lastName": "Sample",
                "middleName": None,
                "dateOfBirth": "1990-06-01",
                "gender": "Male",
                "ethnicity": "White: British",
                "aliases": [],
                "identifiers": {"nomisNumber": None, "croNumber": None, "deliusCrn": crn},
                "pncId": None,
                "hmppsId": crn,
                "currentRestriction": False,
                "currentExclusion": False,
            },
        },
        "access-limitations": {
            "excludedFrom": [],
            "exclusionMessage": None,
            "restrictedTo": [],
            "restrictionMessage": None,
        },
        "person-responsible-officer": {
            "prisonOffenderManager": None,
            "communityOffenderManager": {
                "name": {"forename": "text", "surname": "One"},
                "email": "one@service.invalid",
                "telephoneNumber": None,
                "team": {"code": "N52A1T1", "description": "Ash team 1", "provider": {"code": "N52"}},
            },
        },
        "sentences": [sentence()],
        "contact-events": [contact(1, crn)],
        "addresses": [],
    }
    return said | {name.replace("__", "/").replace("_", "-"): each for name, each in parts.items()}


def sentence(**more: Any) -> Answers:
    return {
        "serviceSource": "NDELIUS",
        "systemSource": "PROBATION_SYSTEMS",
        "dateOfSentencing": "2026-01-05",
        "description": "ORA Community Order",
        "isActive": True,
        "isCustodial": False,
        "fineAmount": None,
        "length": {"duration": 12, "units": "Months", "terms": []},
        **more,
    }


def contact(number: int, crn: str, **more: Any) -> Answers:
    return {
        "contactEventIdentifier": number,
        "offenderHmppsId": crn,
        "creationDateTime": "2026-01-12T10:05:00.123456789Z",
        "updateDateTime": "2026-01-12T10:05:00Z",
        "contactDateTime": "2026-01-12T10:00:00Z",
        "contactType": "Planned Office Visit (NS)",
        "outcome": "Attended - Complied",
        "area": "Invented Region",
        "pdu": "Ash PDU",
        "teamId": 1,
        "teamName": "Ash team 1",
        "officerId": 2,
        "officerName": "text One",
        "description": "Office visit",
        "notes": "",
        **more,
    }


def logged(number: int, crn: str, code: str, **more: Any) -> Answers:
    """A contact as the service behind gives it."""
    return {
        "id": number,
        "crn": crn,
        "createdAt": "2026-01-12T10:05:00Z",
        "updatedAt": "2026-01-12T10:05:00Z",
        "contactDate": "2026-01-12T10:00:00Z",
        "type": {"code": code, "description": "words"},
        "description": "words",
        "location": None,
        "outcome": None,
        "officer": {
            "code": "P1",
            "name": {"forename": "text", "surname": "One"},
            "team": {"code": "N52A1T1", "description": "Ash team 1"},
        },
        "notes": None,
        **more,
    }


def supervisions(*rows: Answers, manager: Answers | None = None, **more: Any) -> Answers:
    """An answer of the service behind."""
    holder = {
        "code": "P1",
        "name": {"forename": "text", "surname": "One"},
        "username": "PoOne",
        "email": "one@service.invalid",
        "telephoneNumber": None,
        "team": {"code": "N52A1T1", "description": "Ash team 1", "provider": {"code": "N52"}},
        "allocated": True,
    }
    return {"communityManager": manager or holder, "mappaDetail": None, "supervisions": list(rows), **more}


def supervision(number: int, *, active: bool = True, custodial: bool = False, **sentence: Any) -> Answers:
    said = {
        "description": "ORA Community Order",
        "date": "2026-01-05",
        "length": 12,
        "lengthUnits": "Months",
        "custodial": custodial,
        **sentence,
    }
    return {"number": number, "active": active, "date": "2026-01-05", "sentence": said}


def lists(folder: Path, *, users: Sequence[tuple[str, str]] = (("one@service.invalid", "PoOne"),)) -> Path:
    """The region's own lists, with the units and staff every small extract has."""
    from assay.records.sources import write_folder
    from tests.factories import records

    write_folder(
        {name: records.tables()[name] for name in ("organisation", "practitioner")},
        folder,
        provider="N52",
        as_at=records.AS_AT,
        synthetic=True,
        as_csv=True,
    )
    lines = ["email,username", *(f"{email},{username}" for email, username in users)]
    (folder / "users.csv").write_text("\n".join(lines) + "\n", "utf-8")
    return folder
