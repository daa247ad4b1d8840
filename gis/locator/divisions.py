"""Which provinces, cities and counties does China have?

The list is the one inside the `cpca` package (Ministry of Civil Affairs codes); only the file is
read, nothing of the package is imported.
"""

from __future__ import annotations

import csv
from functools import cache
from importlib.metadata import distribution
from pathlib import Path

from gis.gazetteer import OutsideName


@cache
def divisions() -> tuple[OutsideName, ...]:
    """List provinces, then cities, then counties, each with the name of what holds it."""
    listed = Path(str(distribution("cpca").locate_file("cpca/resources/adcodes.csv")))
    with listed.open(encoding="utf-8", newline="") as rows:
        names = {row["adcode"][:6]: row["name"] for row in csv.DictReader(rows)}
    names = {code: name for code, name in names.items() if not _is_bookkeeping(name)}
    made = [_division(code, name, names) for code, name in sorted(names.items())]
    return tuple(sorted(made, key=lambda division: _ORDER[division.level]))


_ORDER = {"province": 0, "city": 1, "county": 2}


def _division(code: str, name: str, names: dict[str, str]) -> OutsideName:
    if code.endswith("0000"):
        return OutsideName("province", name)
    if code.endswith("00"):
        return OutsideName("city", name, names.get(code[:2] + "0000", ""))
    city = names.get(code[:4] + "00")
    return OutsideName("county", name, city or names.get(code[:2] + "0000", ""))


def _is_bookkeeping(name: str) -> bool:
    """Rows such as 市辖区 group others in the list; nobody says them."""
    return name in {"市辖区", "县"} or "直辖县级" in name
