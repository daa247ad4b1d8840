"""Who lives here and who helps? Households with heads, volunteers with modes, shifts and skills."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

from gis.synthetic.hierarchy import Hierarchy
from gis.synthetic.names import Namer, short
from gis.synthetic.places import Register
from gis.synthetic.raster import Floats, Ints
from halfhour.vocabulary import Skill, TravelMode

Choice = TypeVar("Choice")

PHONE_PREFIX = "154"
"""Given to no operator, so none of these numbers rings anywhere."""
FIRST_VOLUNTEER_PHONE = 80_000_001

VULNERABLE = (
    ("独居老人", 0.055),
    ("留守儿童", 0.036),
    ("残疾人", 0.032),
    ("低保户", 0.036),
    ("重病患者", 0.014),
    ("高龄老人", 0.027),
    ("五保户", 0.007),
    ("孕产妇", 0.005),
    ("地灾点住户", 0.009),
)
"""Reasons why somebody needs a special eye, and how common each is among households."""

_MODES = (
    (TravelMode.MOTORCYCLE, 0.38), (TravelMode.E_BIKE, 0.27), (TravelMode.CAR, 0.20),
    (TravelMode.WALK, 0.15),
)  # fmt: skip
ANY_HOUR = "1-7 00:00-24:00"
_SHIFTS = (
    ("1-5 08:00-18:00", 0.20),
    ("1-5 08:30-12:00;1-5 14:30-17:30", 0.10),
    ("1-7 07:00-21:00", 0.16),
    ("1-7 18:00-22:00", 0.08),
    ("6-7 08:00-20:00", 0.12),
    ("1-5 18:30-22:00;6-7 08:00-22:00", 0.10),
    (ANY_HOUR, 0.06),
    ("1,3,5 08:00-20:00", 0.06),
    ("2,4,6 08:00-20:00", 0.06),
    ("1-5 08:00-18:00;6 09:00-12:00", 0.06),
)
NIGHT_TRADES = (Skill.ELECTRICITY, Skill.PLUMBING, Skill.MEDICAL, Skill.RESCUE)
_TRADES = (
    (Skill.ELECTRICITY, 0.10), (Skill.PLUMBING, 0.11), (Skill.MEDICAL, 0.08), (Skill.CARE, 0.24),
    (Skill.MEDIATION, 0.16), (Skill.RESCUE, 0.15), (Skill.REPAIR, 0.15), (Skill.TRANSPORT, 0.12),
    (Skill.TEACHING, 0.08),
)  # fmt: skip
_TEAMS = {
    Skill.MEDICAL: "医疗健康服务队",
    Skill.RESCUE: "应急抢险突击队",
    Skill.ELECTRICITY: "水电维修服务队",
    Skill.PLUMBING: "水电维修服务队",
    Skill.CARE: "助老助残服务队",
    Skill.MEDIATION: "矛盾调解服务队",
}


@dataclass(frozen=True)
class Household:
    """A dwelling and its invented head."""

    id: str
    cell_code: str
    group: str
    head: str
    nickname: str
    plate: str
    card: str
    phone: str
    lon: float
    lat: float
    residents: int
    vulnerable: str
    """Reasons joined by `|`."""

    @property
    def village_code(self) -> str:
        """Code of the village it lies in."""
        return self.cell_code[:12]


@dataclass(frozen=True)
class Volunteer:
    """Somebody who can be sent, and from where."""

    id: str
    name: str
    phone: str
    lon: float
    lat: float
    mode: str
    skills: str
    """Values of `Skill` joined by `|`."""
    shifts: str
    """Weekly blocks joined by `;`: days from 1 Monday to 7 Sunday, a space, from and to."""
    load_limit: int
    team: str
    village_code: str


def make_households(
    namer: Namer, register: Register, tree: Hierarchy, lonlat: Floats
) -> list[Household]:
    """Draw a head for every house; the families of a group share few surnames."""
    clans = [namer.clan() for _ in register.groups]
    homes = _Counter("H{:04d}")
    cards = _Counter("-{:04d}")
    people = []
    for index, group in enumerate(tree.group.tolist()):
        code = register.cell_codes[int(tree.cell[index])]
        village = code[:12]
        woman = namer.chance(0.24)
        head = namer.person(namer.surname(clans[group]), woman=woman)
        residents = 1 + int(namer.rng.binomial(6, 0.33))
        people.append(
            Household(
                id=village + homes.next(village),
                cell_code=code,
                group=register.groups[group].name,
                head=head,
                nickname=namer.nickname(head, woman=woman) if namer.chance(0.11) else "",
                plate=register.plates[index] if namer.chance(0.87) else "",
                card=f"QX{village[9:]}{cards.next(village)}" if namer.chance(0.76) else "",
                phone=_phone(index + 1) if namer.chance(0.94) else "",
                lon=float(lonlat[index, 0]),
                lat=float(lonlat[index, 1]),
                residents=residents,
                vulnerable=_reasons(namer, residents),
            )
        )
    return people


class _Counter:
    """Serial numbers, counted apart for each village."""

    def __init__(self, pattern: str) -> None:
        self._pattern, self._last = pattern, dict[str, int]()

    def next(self, village: str) -> str:
        self._last[village] = self._last.get(village, 0) + 1
        return self._pattern.format(self._last[village])


def _phone(number: int) -> str:
    return f"{PHONE_PREFIX}{number:08d}"


def _reasons(namer: Namer, residents: int) -> str:
    found = [reason for reason, share in VULNERABLE if namer.chance(share)]
    unfit = {"独居老人"} if residents > 1 else {"留守儿童", "孕产妇"}
    return "|".join(reason for reason in found if reason not in unfit)


def make_volunteers(
    namer: Namer, households: list[Household], village_names: dict[str, str], *, count: int
) -> list[Volunteer]:
    """Draw volunteers from households all over the township, several in every village."""
    villages = np.array([household.village_code for household in households])
    homes: list[int] = []
    for code, wanted in zip(*_wanted(villages, count), strict=True):
        own = np.flatnonzero(villages == code)
        homes += np.sort(namer.rng.choice(own, wanted, replace=False)).tolist()
    volunteers = [
        _volunteer(namer, number, households[home], village_names)
        for number, home in enumerate(homes, start=1)
    ]
    return _with_night_duty(volunteers)


def _with_night_duty(volunteers: list[Volunteer]) -> list[Volunteer]:
    """Let every third of those who are needed at night, of each trade, answer at any hour."""
    nights = {
        volunteer.id
        for trade in NIGHT_TRADES
        for volunteer in [v for v in volunteers if trade.value in v.skills.split("|")][::3]
    }
    return [replace(v, shifts=ANY_HOUR) if v.id in nights else v for v in volunteers]


def _wanted(villages: np.ndarray, count: int) -> tuple[list[str], list[int]]:
    """Volunteers wanted in each village: a few everywhere, the rest by households."""
    codes, households = np.unique(villages, return_counts=True)
    least = min(8, count // (2 * len(codes)))
    extra = households / households.sum() * (count - least * len(codes))
    wanted: Ints = np.floor(extra).astype(np.int64) + least
    short_of = np.argsort(wanted - extra, kind="stable")[: count - int(wanted.sum())]
    wanted[short_of] += 1
    return codes.tolist(), wanted.tolist()


def _volunteer(
    namer: Namer, number: int, home: Household, village_names: dict[str, str]
) -> Volunteer:
    mode, shifts = _drawn(namer, _MODES), _drawn(namer, _SHIFTS)
    trades = [skill for skill, share in _TRADES if namer.chance(share)][:3]
    if mode is not TravelMode.CAR and Skill.TRANSPORT in trades:
        trades.remove(Skill.TRANSPORT)
    skills = [Skill.GENERAL, *trades] if namer.chance(0.85) or not trades else trades
    squad = f"{short(village_names[home.village_code])}志愿服务分队"
    themed = next((_TEAMS[skill] for skill in trades if skill in _TEAMS), squad)
    is_head = namer.chance(0.3) and bool(home.phone)
    relative = namer.person(home.head[0], woman=namer.chance(0.45))
    return Volunteer(
        id=f"V{number:03d}",
        name=home.head if is_head else relative,
        phone=home.phone if is_head else _phone(FIRST_VOLUNTEER_PHONE + number),
        lon=home.lon,
        lat=home.lat,
        mode=mode.value,
        skills="|".join(skill.value for skill in skills),
        shifts=shifts,
        load_limit=int(namer.rng.integers(2, 6)),
        team=themed if namer.chance(0.35) else squad,
        village_code=home.village_code,
    )


def _drawn(namer: Namer, choices: tuple[tuple[Choice, float], ...]) -> Choice:
    shares = [share for _, share in choices]
    return choices[int(namer.rng.choice(len(choices), p=shares))][0]
