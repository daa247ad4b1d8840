"""What we remember: the only place that talks SQL. Importing it makes the metadata complete."""

from models import (
    accounts,
    areas,
    boards,
    editions,
    gazetteer,
    households,
    offers,
    people,
    requests,
    roads,
    stations,
    townships,
    volunteers,
)

__all__ = [
    "accounts",
    "areas",
    "boards",
    "editions",
    "gazetteer",
    "households",
    "offers",
    "people",
    "requests",
    "roads",
    "stations",
    "townships",
    "volunteers",
]
