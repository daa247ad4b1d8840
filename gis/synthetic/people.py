"""Who lives here and who helps? Households with heads, volunteers with modes, shifts and skills."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gis.synthetic.names import Namer, short
from gis.synthetic.raster import Floats, Ints
from halfhour.vocabulary import Skill, TravelMode

PHONE_PREFIX = "1540000"
"""154 is given to no operator, so none of these numbers rings anywhere."""

VULNERABLE = (
    ("独居老人", 0.045),
    ("留守儿童", 0.040),
    ("残疾人", 0.035),
    ("低保户", 0.040),
    ("重病患者", 0.015),
    ("高龄老人", 0.030),
    ("五保户", 0.008),
    ("孕产妇", 0.006),
    ("地灾点住户", 0.010),
)
"""Reasons why somebody needs a special eye, and how common each is among households."""


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
    shifts: str
    load_limit: int
    team: str
    village_code: str


@dataclass(frozen=True)
class Phones:
    """Numbers that lead nowhere, one after the other."""

    first: int = 1

    def number(self, index: int) -> str:
        """The `index`-th number from the first."""
        return f"{PHONE_PREFIX[:3]}{self.first + index:08d}"


def heads(namer: Namer, group: Ints) -> list[str]:
    """Draw a head for every household; a group's families share few surnames."""
    clans = {number: namer.clan() for number in np.unique(group).tolist()}
    return [
        namer.person(namer.surname(clans[number]), woman=namer.chance(0.24))
        for number in group.tolist()
    ]


def reasons(namer: Namer, residents: int) -> str:
    """Draw why a household needs attention; most need none."""
    found = [reason for reason, share in VULNERABLE if namer.chance(share * 0.9)]
    if "独居老人" in found and residents > 1:
        found.remove("独居老人")
    return "|".join(found)


_MODES = (
    (TravelMode.MOTORCYCLE, 0.38), (TravelMode.E_BIKE, 0.27), (TravelMode.CAR, 0.20),
    (TravelMode.WALK, 0.15),
)  # fmt: skip
_SHIFTS = (
    "1-5 08:00-18:00",
    "1-5 08:30-12:00;1-5 14:30-17:30",
    "1-7 07:00-21:00",
    "1-7 18:00-22:00",
    "6-7 08:00-20:00",
    "1-5 18:30-22:00;6-7 08:00-22:00",
    "1-7 00:00-24:00",
    "1,3,5 08:00-20:00",
    "2,4,6 08:00-20:00",
    "1-5 08:00-18:00;6 09:00-12:00",
)
_SHIFT_WEIGHTS = (0.20, 0.10, 0.16, 0.08, 0.12, 0.10, 0.06, 0.06, 0.06, 0.06)
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


def volunteers(
    namer: Namer,
    households: list[Household],
    village: Ints,
    village_names: dict[str, str],
    lonlat: Floats,
    *,
    count: int,
) -> list[Volunteer]:
    """Draw volunteers from households all over the township, several in every village."""
    rng = namer.rng
    per_village = np.bincount(village).astype(float)
    least = min(8, count // (2 * len(per_village)))
    extra = per_village / per_village.sum() * (count - least * len(per_village))
    wanted = np.floor(extra).astype(int) + least
    wanted[np.argsort(wanted - extra, kind="stable")[: count - int(wanted.sum())]] += 1
    homes = [
        int(home)
        for number, share in enumerate(wanted.tolist())
        for home in np.sort(rng.choice(np.flatnonzero(village == number), share, replace=False))
    ]
    phones = Phones(90_000_001 - 10_000_000)
    return [
        _volunteer(namer, number, households[home], lonlat[home], phones, village_names)
        for number, home in enumerate(homes)
    ]


def _volunteer(
    namer: Namer,
    number: int,
    household: Household,
    home: Floats,
    phones: Phones,
    village_names: dict[str, str],
) -> Volunteer:
    rng = namer.rng
    head = namer.chance(0.3)
    name = household.head if head else namer.person(household.head[0], woman=namer.chance(0.45))
    mode = _MODES[int(rng.choice(len(_MODES), p=[share for _, share in _MODES]))][0]
    trades = [skill for skill, share in _TRADES if namer.chance(share)][:3]
    if mode is not TravelMode.CAR and Skill.TRANSPORT in trades:
        trades.remove(Skill.TRANSPORT)
    skills = [Skill.GENERAL, *trades] if namer.chance(0.85) or not trades else trades
    village_code = household.cell_code[:12]
    squad = f"{short(village_names[village_code])}志愿服务分队"
    themed = next((_TEAMS[skill] for skill in trades if skill in _TEAMS), squad)
    return Volunteer(
        id=f"V{number + 1:03d}",
        name=name,
        phone=household.phone if head else phones.number(number),
        lon=float(home[0]),
        lat=float(home[1]),
        mode=mode.value,
        skills="|".join(skill.value for skill in skills),
        shifts=_SHIFTS[int(rng.choice(len(_SHIFTS), p=_SHIFT_WEIGHTS))],
        load_limit=int(rng.integers(2, 6)),
        team=themed if namer.chance(0.35) else squad,
        village_code=village_code,
    )
