"""What goes wrong between two records of one person, and who is easily taken for somebody else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np

from assay.records.linkage.trial_people import (
    DISTRICTS,
    Names,
    People,
    Rng,
    drawn,
    forenames,
    invented_people,
    listed,
    places,
    surnames,
)

# Share of the shared people by what differs between their two records, as far as it can: who has a name
# that is spelt one way has nothing that differs. Ours: no source counts these.
DIFFERENCES: Final[Mapping[str, float]] = {
    "nothing differs": 0.08,
    "typing mistake": 0.12,
    "name respelt from another script": 0.20,
    "short form of the forename": 0.16,
    "surname changed": 0.12,
    "double-barrelled surname": 0.05,
    "forename and surname exchanged": 0.02,
    "day and month exchanged": 0.09,
    "one digit of the birth date wrong": 0.04,
    "1 January in place of the birth date": 0.03,
    "birth date missing": 0.02,
    "forename an initial only": 0.02,
    "moved": 0.05,
}
OF_BIRTH: Final = (
    "day and month exchanged",
    "one digit of the birth date wrong",
    "1 January in place of the birth date",
    "birth date missing",
)
TWO_AT_ONCE, GENDER_WRONG = 0.06, 0.005
ALSO_MOVED, MOVED_NEARBY, COUNCIL_MISSING, POSTCODE_MISSING = 0.12, 0.12, 0.04, 0.10
PNC_MISSING, PNC_WRONG = 0.12, 0.02
# Share of the people of the first source who have a lookalike in the second.
LOOKALIKES: Final[Mapping[str, float]] = {
    "twin": 0.010,
    "sibling a year apart": 0.020,
    "parent or child of the same name": 0.010,
    "somebody else of the same name": 0.020,
}
# Letters that clerks exchange when they write a surname by ear; longest first.
BY_EAR = (
    ("kh", ("k", "h", "q")), ("ch", ("tch", "sh", "c")), ("sh", ("sch", "ch", "s")),
    ("ou", ("u", "oo", "ow")), ("ee", ("i", "ie", "y")), ("ai", ("ay", "ei", "ae")),
    ("ck", ("k", "c")), ("ski", ("sky", "skyi")),
    ("w", ("v", "u")), ("y", ("i", "j")), ("j", ("dj", "g", "y")), ("z", ("s", "dz")), ("u", ("ou", "o")),
    ("i", ("e", "y")), ("k", ("q", "c")), ("e", ("i", "a")), ("a", ("e", "ah")),
)  # fmt: skip
KEYBOARD = "abcdefghijklmnopqrstuvwxyz"


def differing(rng: Rng, people: People) -> People:
    """The people as the second source has them, with ``kind``."""
    count = len(people["forename"])
    kind = rng.choice(list(DIFFERENCES), count, p=_shares(DIFFERENCES)).astype(object)
    for name, fits in _FITS.items():
        kind = np.where((kind == name) & ~fits(rng, people), "nothing differs", kind)
    second = {name: column.copy() for name, column in people.items()}
    twice = (rng.random(count) < TWO_AT_ONCE) & (kind != "nothing differs")
    other = np.where(np.isin(kind, OF_BIRTH), "typing mistake", "one digit of the birth date wrong")
    other = np.where(twice, other, "")
    for said in (kind, other):
        for name, change in _CHANGES.items():
            change(rng, second, np.flatnonzero(said == name))
    _moved(rng, second, np.flatnonzero((rng.random(count) < ALSO_MOVED) & (kind != "moved")))
    _moved_nearby(rng, second, np.flatnonzero(rng.random(count) < MOVED_NEARBY))
    _kept_carelessly(rng, second)
    return {**second, "kind": np.where(twice, "two of these at once", kind)}


def _shares(given: Mapping[str, float]) -> Names:
    shares: Names = np.array(list(given.values()))
    return np.asarray(shares / shares.sum())


def _can_be_respelt(rng: Rng, people: Mapping[str, Names]) -> Names:
    respelt = [*listed()["men"]["respelt"], *listed()["women"]["respelt"]]
    found: Names = np.isin(people["forename"], respelt)
    return found


def _has_short_form(rng: Rng, people: Mapping[str, Names]) -> Names:
    found: Names = np.isin(people["forename"], list(listed()["called"]))
    return found


def _changes_surname(rng: Rng, people: Mapping[str, Names]) -> Names:
    """Every woman of those drawn, and one man in five."""
    found: Names = (people["gender"] == "F") | (rng.random(len(people["gender"])) < 0.2)
    return found


def _can_be_exchanged(rng: Rng, people: Mapping[str, Names]) -> Names:
    """Birth dates that are another day when day and month are exchanged."""
    month = people["born"].astype("datetime64[M]").astype(int) % 12 + 1
    day = (people["born"] - people["born"].astype("datetime64[M]")).astype(int) + 1
    found: Names = (day <= 12) & (day != month)
    return found


_FITS: Mapping[str, Callable[[Rng, Mapping[str, Names]], Names]] = {
    "name respelt from another script": _can_be_respelt,
    "short form of the forename": _has_short_form,
    "surname changed": _changes_surname,
    "double-barrelled surname": _changes_surname,
    "day and month exchanged": _can_be_exchanged,
}


def _typed(rng: Rng, people: People, rows: Names) -> None:
    for row in rows:
        column = "forename" if rng.random() < 0.5 else "surname"
        people[column][row] = _mistyped(rng, people[column][row])


def _mistyped(rng: Rng, name: str) -> str:
    """One letter left out, doubled, exchanged with its neighbour, or taken for another."""
    at, what = int(rng.integers(0, max(len(name) - 1, 1))), rng.integers(0, 4)
    if what == 0 and len(name) > 2:
        return name[:at] + name[at + 1 :]
    if what == 1:
        return name[: at + 1] + name[at:]
    if what == 2 and at + 1 < len(name):
        return name[:at] + name[at + 1] + name[at] + name[at + 2 :]
    return name[:at] + KEYBOARD[rng.integers(0, 26)] + name[at + 1 :]


def _respelt(rng: Rng, people: People, rows: Names) -> None:
    """The forename in another spelling, and half of the surnames too."""
    spellings = {**listed()["men"]["respelt"], **listed()["women"]["respelt"]}
    for row in rows:
        people["forename"][row] = rng.choice(spellings[people["forename"][row]])
        if rng.random() < 0.5:
            people["surname"][row] = _by_ear(rng, people["surname"][row])


def _by_ear(rng: Rng, name: str) -> str:
    """One or two groups of letters of a surname as another clerk would write them."""
    written = name.lower()
    for _ in range(int(rng.integers(1, 3))):
        there = [(group, others) for group, others in BY_EAR if group in written[1:]]
        group, others = there[int(rng.integers(0, len(there)))] if there else ("", ("",))
        written = written[:1] + written[1:].replace(group, rng.choice(others), 1) if group else written
    return written.capitalize()


def _called(rng: Rng, people: People, rows: Names) -> None:
    for row in rows:
        people["forename"][row] = rng.choice(listed()["called"][people["forename"][row]])


def _surname_changed(rng: Rng, people: People, rows: Names) -> None:
    people["surname"][rows] = drawn(rng, surnames(), len(rows), 0.75)


def _double_barrelled(rng: Rng, people: People, rows: Names) -> None:
    people["surname"][rows] = people["surname"][rows] + "-" + drawn(rng, surnames(), len(rows), 0.75)


def _exchanged(rng: Rng, people: People, rows: Names) -> None:
    kept = people["forename"][rows]
    people["forename"][rows] = people["surname"][rows]
    people["surname"][rows] = kept


def _day_and_month(rng: Rng, people: People, rows: Names) -> None:
    for row in rows:
        year, month, day = str(people["born"][row]).split("-")
        people["born"][row] = np.datetime64(f"{year}-{day}-{month}")


def _one_digit(rng: Rng, people: People, rows: Names) -> None:
    for row in rows:
        year, month, day = str(people["born"][row]).split("-")
        if rng.random() < 0.5:
            year = f"{year[:3]}{(int(year[3]) + int(rng.integers(1, 10))) % 10}"
        else:
            day = f"{day[0]}{(int(day[1]) + int(rng.integers(1, 10))) % 10}"
        written = f"{year}-{month}-{day}"
        people["born"][row] = np.datetime64(written) if _is_day(written) else people["born"][row] + 1


def _is_day(written: str) -> bool:
    try:
        np.datetime64(written)
    except ValueError:
        return False
    return True


def _first_of_january(rng: Rng, people: People, rows: Names) -> None:
    people["born"][rows] = people["born"][rows].astype("datetime64[Y]").astype("datetime64[D]")


def _birth_missing(rng: Rng, people: People, rows: Names) -> None:
    people["born"][rows] = np.datetime64("NaT")


def _initial(rng: Rng, people: People, rows: Names) -> None:
    people["forename"][rows] = [name[:1] for name in people["forename"][rows]]


def _moved(rng: Rng, people: People, rows: Names) -> None:
    people["council"][rows], people["postcode"][rows] = places(rng, len(rows))


def _moved_nearby(rng: Rng, people: People, rows: Names) -> None:
    """Another postcode, half of them in the same district."""
    ends = [f"{digit}{letter}Y" for digit in range(10) for letter in "ABDEFGHJLN"]
    for row, near in zip(rows, rng.random(len(rows)) < 0.5, strict=True):
        district = people["postcode"][row].split(" ")[0]
        kept = district if near else f"{district[:-1]}{rng.integers(0, DISTRICTS)}"
        people["postcode"][row] = f"{kept} {rng.choice(ends)}"


def _kept_carelessly(rng: Rng, people: People) -> None:
    """What any record may lack or have wrong, whatever else differs."""
    count = len(people["gender"])
    people["council"][rng.random(count) < COUNCIL_MISSING] = None
    people["postcode"][rng.random(count) < POSTCODE_MISSING] = None
    people["pnc"][rng.random(count) < PNC_MISSING] = None
    wrong = rng.random(count) < GENDER_WRONG
    people["gender"][wrong] = np.where(people["gender"][wrong] == "F", "M", "F")
    for row in np.flatnonzero((rng.random(count) < PNC_WRONG) & (people["pnc"] != None)):  # noqa: E711
        number = people["pnc"][row]
        people["pnc"][row] = f"{number[:-1]}{(int(number[-1]) + 1) % 10}"


_CHANGES: Mapping[str, Callable[[Rng, People, Names], None]] = {
    "typing mistake": _typed,
    "name respelt from another script": _respelt,
    "short form of the forename": _called,
    "surname changed": _surname_changed,
    "double-barrelled surname": _double_barrelled,
    "forename and surname exchanged": _exchanged,
    "day and month exchanged": _day_and_month,
    "one digit of the birth date wrong": _one_digit,
    "1 January in place of the birth date": _first_of_january,
    "birth date missing": _birth_missing,
    "forename an initial only": _initial,
    "moved": _moved,
}


# People who are easily taken for somebody else


def _another(rng: Rng, people: People) -> People:
    """Other people, with a police number, and a forename that is not theirs; the rest as given."""
    count = len(people["forename"])
    fresh = invented_people(rng, count)
    women = people["gender"] == "F"
    names = np.where(
        women, drawn(rng, forenames("women"), count, 0.9), drawn(rng, forenames("men"), count, 0.9)
    )
    same = names == people["forename"]
    names[same] = np.where(women[same], "Wren", "Rowan")
    numbers = np.array([f"{each[:1]}Y{each[2:]}" for each in fresh["pnc"]], dtype=object)
    return {**people, "forename": names.astype(object), "pnc": numbers}


def _twin(rng: Rng, people: People) -> People:
    return _another(rng, people)


def _sibling(rng: Rng, people: People) -> People:
    apart = rng.choice([-1, 1], len(people["born"])) * rng.integers(300, 500, len(people["born"]))
    return {**_another(rng, people), "born": people["born"] + apart.astype("timedelta64[D]")}


def _parent(rng: Rng, people: People) -> People:
    apart = rng.integers(18 * 365, 35 * 365, len(people["born"])).astype("timedelta64[D]")
    older = people["born"] > np.datetime64("1976-01-01")
    born = np.where(older, people["born"] - apart, people["born"] + apart)
    return {**_another(rng, people), "forename": people["forename"], "born": born}


def _namesake(rng: Rng, people: People) -> People:
    """Another person of the same forename and surname; one in four of the same council, one in ten of the
    same year of birth."""
    fresh = invented_people(rng, len(people["forename"]))
    near, same_year = rng.random(len(fresh["born"])) < 0.25, rng.random(len(fresh["born"])) < 0.1
    in_year = people["born"].astype("datetime64[Y]") + rng.integers(0, 12, len(near)).astype("timedelta64[M]")
    born = np.where(
        same_year, in_year.astype("datetime64[D]") + rng.integers(0, 27, len(near)), fresh["born"]
    )
    return {
        **_another(rng, people),
        "forename": people["forename"],
        "born": born,
        "council": np.where(near, people["council"], fresh["council"]).astype(object),
        "postcode": fresh["postcode"],
    }


LOOKALIKE: Mapping[str, Callable[[Rng, People], People]] = {
    "twin": _twin,
    "sibling a year apart": _sibling,
    "parent or child of the same name": _parent,
    "somebody else of the same name": _namesake,
}
