"""Invented names for people and places.

Surnames are words that say the person does not exist; no list of real people is used. Unit names are
made up and belong to no real area.
"""

from __future__ import annotations

SURNAMES = (
    "Invented", "Sample", "Placeholder", "Example", "Fictional", "Imaginary", "Notional", "Madeup",
    "Unreal", "Specimen", "Makebelieve", "Pretend", "Testcase", "Supposed", "Hypothesis", "Storyline",
    "Mockford", "Dummyson", "Fablewick", "Figment", "Nonesuch", "Nobody", "Synthetic", "Illustration",
    "Template", "Demonstrand", "Paradigm", "Whatsit", "Anyperson", "Someperson", "Notarealname",
    "Modelcase",
)  # fmt: skip
MEN = (
    "Aaron", "Adil", "Alfie", "Amir", "Andre", "Ashton", "Bilal", "Brett", "Callum", "Carl", "Chidi",
    "Connor", "Craig", "Curtis", "Dale", "Darren", "Dean", "Dylan", "Ellis", "Ethan", "Gareth", "Glen",
    "Hamza", "Harjit", "Ian", "Imran", "Jamal", "Jason", "Jermaine", "Joel", "Kane", "Karl", "Kyle", "Lee",
    "Leon", "Liam", "Luke", "Marcus", "Martin", "Nathan", "Neil", "Owen", "Paul", "Pawel", "Rhys", "Ricky",
    "Ross", "Ryan", "Sanjay", "Scott", "Sean", "Shane", "Steven", "Stuart", "Tariq", "Terry", "Tyler",
    "Wayne", "Yusuf", "Zane",
)  # fmt: skip
WOMEN = (
    "Abigail", "Aisha", "Amy", "Carly", "Chantelle", "Charlene", "Dawn", "Donna", "Ebony", "Emma", "Gemma",
    "Hayley", "Jade", "Jasmin", "Jodie", "Kelly", "Kirsty", "Laura", "Leanne", "Lisa", "Megan", "Natalie",
    "Nicola", "Paige", "Rachel", "Rina", "Sadia", "Shannon", "Sian", "Stacey", "Tanya", "Tracey", "Zara",
    "Zoe",
)  # fmt: skip
PDUS = (
    "Ashbrook", "Fenmere", "Stonewick", "Larkhollow", "Thornbeck", "Wrenford", "Hazelgate", "Millrow",
    "Oxmoor", "Quarrydene", "Vale and Marches",
)  # fmt: skip
LOCALITIES = ("North", "South")
TEAM_WORDS = ("Assessment", "Sentence Management", "Women and Young Adults", "Resettlement", "Community")
COUNCILS_PER_PDU = 2
COUNCIL_WORDS = ("Borough Council", "District Council")
_PLACES = (
    ("Quarrel", "Vellum", "Tamber", "Ostrel", "Pindle", "Corvane", "Sallowd", "Drummet", "Yarrel", "Jessamy"),
    ("haven", "wether", "stow", "reach", "garth", "mead", "fold", "lyn", "thwaite", "cross", "holt"),
)


def invented_places() -> tuple[str, ...]:
    """Names for the units of a whole service: 110 that no place bears."""
    first, last = _PLACES
    return tuple(one + other for other in last for one in first)
