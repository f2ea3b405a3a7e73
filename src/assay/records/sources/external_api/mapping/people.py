"""The person, who may see the record, and where they live."""

from __future__ import annotations

from collections import Counter

from assay.records.sources.external_api.mapping.rows import Case, Row, key
from assay.records.sources.external_api.routes import ADDRESSES, LIMITS
from assay.records.sources.external_api.shapes import Address, Limits, Person

GENDERS = {"male": "M", "female": "F"}
ETHNICITIES = {
    "white": "white",
    "black": "black",
    "asian": "asian",
    "mixed": "mixed",
    "other": "other",
    "chinese": "asian",
}
# A user name nobody has: a record limited to it opens to nobody until a person has put the lists right.
NOBODY = "(nobody)"
ADDRESS_TYPES = {"main": "main", "approved premises": "approved_premises", "curfew": "curfew"}


def person_row(case: Case, said: Person, *, merged_into: str | None = None) -> Row:
    """The person's own row. What the service does not say (religion, orientation, disability) stays empty; of
    the language, the row says that it is not recorded."""
    first = (said.ethnicity or "").casefold().replace(":", " ").split()[:1]
    return {
        "crn": case.crn,
        "forename": said.first_name,
        "surname": said.last_name,
        "date_of_birth": said.date_of_birth,
        "gender": GENDERS.get((said.gender or "").casefold(), "N"),
        "ethnicity": ETHNICITIES.get(first[0]) if first else None,
        "preferred_language": "not_recorded",
        "merged_into": merged_into,
        "recorded_at": case.since("person", case.crn),
    }


def limits_hold_together(said: Person, limits: Limits) -> bool:
    """Whether the person's own marks and the lists agree: a mark without a list would open the record."""
    return bool(limits.excluded_from or not said.current_exclusion) and bool(
        limits.restricted_to or not said.current_restriction
    )


def map_limits(case: Case) -> None:
    """The lists are of e-mail addresses; the standard names users. An excluded address of no user we know
    closes the record to everyone, since an exclusion is never broken: whoever it is, they are kept out."""
    for _, limits in case.read(LIMITS, Limits):
        excluded = {each.email: _username(case, each.email) for each in limits.excluded_from}
        restricted = {each.email: _username(case, each.email) for each in limits.restricted_to}
        found = {name: limits.exclusion_message for name in excluded.values() if name}
        allowed = {name or email: limits.restriction_message for email, name in restricted.items()}
        if None in excluded.values():
            allowed = {NOBODY: limits.exclusion_message}
        rows = [
            *(_limit(case, "excluded", name, words) for name, words in found.items()),
            *(_limit(case, "restricted", name, words) for name, words in allowed.items()),
        ]
        for row in rows:
            case.take("access_limitation", row)
        _lifted(case, {row["limitation_id"] for row in rows})


def _username(case: Case, email: str) -> str | None:
    return case.staff.usernames.get(email.casefold())


def _limit(case: Case, kind: str, username: str, words: str | None) -> Row:
    name = key(case.crn, kind, username.casefold())
    return {
        "limitation_id": name,
        "username": username,
        "kind": kind,
        "opened_on": case.known("access_limitation", name).get("opened_on") or case.as_at,
        "message": words,
        "recorded_at": case.since("access_limitation", name),
    }


def _lifted(case: Case, now: set[str]) -> None:
    """Limits of the last fetch that are gone: lifted on the day this one speaks for."""
    for name, row in case.before.get("access_limitation", {}).items():
        if name not in now:
            case.rows.add("access_limitation", {**row, "closed_on": row["closed_on"] or case.as_at})


def map_addresses(case: Case) -> None:
    """When a person lived somewhere and what kind of place it was; where it lies is not kept. Which council
    answers for it is not given."""
    seen: Counter[object] = Counter()
    for place, said in case.read(ADDRESSES, Address):
        seen[said.start_date] += 1
        name = key(case.crn, said.start_date, seen[said.start_date])
        if said.end_date and said.end_date < said.start_date:
            case.refuse_code(ADDRESSES, place, "endDate", "before startDate")
            continue
        case.take(
            "address",
            {
                "address_id": name,
                "type": _address_type(said),
                "opened_on": said.start_date,
                "closed_on": said.end_date,
                "recorded_at": case.since("address", name),
            },
        )


def _address_type(said: Address) -> str:
    if said.no_fixed_address:
        return "no_fixed_abode"
    words = " ".join((each.description or "").casefold() for each in said.types or ())
    for part, code in ADDRESS_TYPES.items():
        if part in words:
            return code
    return "temporary" if "temporary" in words or "hostel" in words else "main"
