"""A cohort as it travels: an extract like any other, with the list of everyone considered, under a seal.

The seal is a hash over the hashes of every file, and, where both sides share a key, an HMAC of it: it shows
that nothing was changed on the way. It hides nothing. The folder is not encrypted, and has to travel by a
channel that is.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import shutil
from datetime import date
from pathlib import Path
from typing import Any

from assay.core.errors import Problem, Unfit
from assay.core.messages import Message, message
from assay.inspection.samples.copying import whole_record
from assay.inspection.samples.frames import considered_file, frame_of, write_considered
from assay.inspection.samples.types import SamplingFrame
from assay.records.sources import write_folder
from assay.records.store import Reader

COHORT, MANIFEST, SEAL, CONSIDERED = "cohort", "manifest.json", "seal.json", "considered.csv"
VERSION = 1


def export(
    reader: Reader,
    folder: Path,
    *,
    region_code: str,
    started_between: tuple[date, date],
    announced_on: date,
    synthetic: bool,
    key: bytes | None = None,
) -> SamplingFrame:
    """Write the eligible cohort with its whole records, and seal it. ``folder`` must be empty or absent."""
    if folder.exists() and any(folder.iterdir()):
        raise Unfit([_problem(str(folder), "empty folder", message("The folder is not empty."))])
    frame = frame_of(
        reader, region_code=region_code, started_between=started_between, announced_on=announced_on
    )
    crns = sorted({each.case for each in frame.eligible})
    if not crns:
        raise Unfit(
            [_problem(region_code, "somebody eligible", message("Nobody in these records is eligible."))]
        )
    write_folder(
        whole_record(reader, crns),
        folder,
        provider=region_code,
        as_at=reader.snapshot.as_at,
        synthetic=synthetic,
        made_by="assay cohort export",
    )
    write_considered(folder / COHORT / CONSIDERED, frame.considered, not_listed=frame.not_listed)
    manifest = {
        "version": VERSION,
        "region": region_code,
        "snapshot": reader.snapshot.hash,
        "as_at": reader.snapshot.as_at.isoformat(),
        "announced_on": announced_on.isoformat(),
        "started_between": [day.isoformat() for day in started_between],
        "considered": len(frame.considered),
        "eligible": len(frame.eligible),
        "not_listed": frame.not_listed,
        "files": _hashes(folder),
    }
    text = json.dumps(manifest, indent=1, sort_keys=True).encode() + b"\n"
    (folder / COHORT / MANIFEST).write_bytes(text)
    seal = {"sha256": hashlib.sha256(text).hexdigest()}
    if key is not None:
        seal["hmac_sha256"] = hmac.new(key, text, "sha256").hexdigest()
    (folder / COHORT / SEAL).write_text(json.dumps(seal, indent=1, sort_keys=True) + "\n", "utf-8")
    return frame


def check_seal(folder: Path, *, key: bytes | None = None) -> dict[str, Any]:
    """The manifest of a sealed cohort; ``Unfit`` naming every file that is not as it was sealed.

    With a ``key`` the seal must carry an HMAC made with it.
    """
    try:
        text = (folder / COHORT / MANIFEST).read_bytes()
        seal: dict[str, str] = json.loads((folder / COHORT / SEAL).read_bytes())
    except (FileNotFoundError, json.JSONDecodeError):
        raise Unfit(
            [_problem(COHORT, "sealed", message("This is no sealed cohort: manifest or seal is missing."))]
        ) from None
    if not hmac.compare_digest(seal.get("sha256", ""), hashlib.sha256(text).hexdigest()):
        raise Unfit([_problem(MANIFEST, "seal", message("The manifest is not the one that was sealed."))])
    if key is not None and not hmac.compare_digest(
        seal.get("hmac_sha256", ""), hmac.new(key, text, "sha256").hexdigest()
    ):
        raise Unfit([_problem(SEAL, "key", message("The seal was not made with the key both sides share."))])
    manifest: dict[str, Any] = json.loads(text)
    _check_files(folder, manifest["files"])
    return manifest


def keep_list(folder: Path, *, home: Path) -> None:
    """Keep the list of everyone considered beside the records, once the records are loaded."""
    target = considered_file(home)
    target.parent.mkdir(parents=True, exist_ok=True)
    for name in (MANIFEST, SEAL, CONSIDERED):
        shutil.copyfile(folder / COHORT / name, target.parent / name)


def _check_files(folder: Path, sealed: dict[str, str]) -> None:
    found = _hashes(folder)
    wrong = [
        _problem(name, "as sealed", message("The file is missing."))
        if name not in found
        else _problem(name, "as sealed", message("The file was not part of what was sealed."))
        if name not in sealed
        else _problem(name, "as sealed", message("The file was changed after it was sealed."))
        for name in sorted(sealed.keys() | found.keys())
        if sealed.get(name) != found.get(name)
    ]
    if wrong:
        raise Unfit(wrong)


def _hashes(folder: Path) -> dict[str, str]:
    """SHA-256 of every file but the manifest and the seal themselves."""
    hashes = {}
    for path in sorted(each for each in folder.rglob("*") if each.is_file()):
        name = path.relative_to(folder).as_posix()
        if name not in (f"{COHORT}/{MANIFEST}", f"{COHORT}/{SEAL}"):
            with path.open("rb") as opened:
                hashes[name] = hashlib.file_digest(opened, "sha256").hexdigest()
    return hashes


def _problem(file: str, rule: str, sentence: Message) -> Problem:
    return Problem(
        file=file,
        rule=rule,
        message=sentence,
        remedy=message("Ask the region to hand the cohort over again, by a channel that is encrypted."),
    )
