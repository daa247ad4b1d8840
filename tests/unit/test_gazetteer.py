"""A gazetteer is read with care, or built from what a township has."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pytest
from shapely import Point, box

from gis.gazetteer import (
    GazetteerEntry,
    entries_from_areas,
    entries_from_households,
    entries_from_places,
    read_gazetteer,
    read_outside,
)
from halfhour.errors import BadFieldError, BadFileError
from halfhour.places import LonLat

HEADER = "id,parent_id,level,name,aliases,lon,lat\n"


def written(folder: Path, rows: str, *, encoding: str = "utf-8") -> Path:
    path = folder / "gazetteer.csv"
    path.write_bytes((HEADER + rows).encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_file_is_read_whatever_its_encoding(tmp_path: Path, encoding: str) -> None:
    path = written(
        tmp_path,
        "T,,township,青溪镇,青溪|老青溪,107.9,28.2\nV,T,village,上坝村,,,\n",
        encoding=encoding,
    )
    township, village = read_gazetteer(path)
    assert township == GazetteerEntry(
        "T", None, "township", "青溪镇", ("青溪", "老青溪"), 107.9, 28.2
    )
    assert township.point == LonLat(107.9, 28.2)
    assert village.parent_id == "T"
    assert village.point is None


@pytest.mark.parametrize(
    ("rows", "row", "field"),
    [
        ("T,,town,青溪镇,,,\n", 2, "level"),
        ("T,,township,,,,\n", 2, "name"),
        ("T,,township,青溪镇,,,\nT,,township,青溪镇,,,\n", 3, "id"),
        ("T,,township,青溪镇,,,\nV,X,village,上坝村,,,\n", 3, "parent_id"),
        ("A,B,village,甲村,,,\nB,A,village,乙村,,,\n", 2, "parent_id"),
        ("T,,township,青溪镇,,东经107,28\n", 2, "lon"),
        ("T,,township,青溪镇,,107.9,\n", 2, "lon/lat"),
        ("T,,township,青溪镇,,28.2,107.9\n", 2, "lat"),
    ],
)
def test_a_bad_row_is_named_with_its_remedy(
    tmp_path: Path, rows: str, row: int, field: str
) -> None:
    with pytest.raises(BadFieldError) as caught:
        read_gazetteer(written(tmp_path, rows))
    assert (caught.value.row, caught.value.field) == (row, field)
    assert caught.value.remedy


def test_a_missing_column_or_file_is_said(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("id,name\n1,上坝村\n", encoding="utf-8")
    with pytest.raises(BadFileError, match="parent_id"):
        read_gazetteer(path)
    with pytest.raises(BadFileError):
        read_gazetteer(tmp_path / "nothing.csv")


def test_names_around_the_township_are_read(tmp_path: Path) -> None:
    path = tmp_path / "outside.csv"
    path.write_text("level,name,parent\ncounty,江坪县,\ntownship,磨溪镇,江坪县\n", encoding="utf-8")
    assert [name.parent for name in read_outside(path)] == ["", "江坪县"]


def two_areas() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {
            "code": ["T", "V"],
            "name": ["Ordino", "Sornàs"],
            "level": [1, 2],
            "parent_code": [None, "T"],
        },
        geometry=[box(0, 0, 2, 2), box(0, 0, 1, 1)],
        crs="EPSG:4326",
    )


def test_areas_become_entries_with_a_point_inside() -> None:
    township, village = entries_from_areas(two_areas())
    assert (township.id, township.level, township.parent_id) == ("T", "township", None)
    assert (village.id, village.level, village.parent_id) == ("V", "village", "T")
    assert box(0, 0, 1, 1).contains(Point(village.lon, village.lat))


def test_places_hang_under_the_finest_area_that_holds_them() -> None:
    places = gpd.GeoDataFrame(
        {"name": ["El Serrat", "Llorts", None, "França"]},
        geometry=[Point(0.5, 0.5), Point(1.5, 1.5), Point(0.1, 0.1), Point(9, 9)],
        crs="EPSG:4326",
    )
    entries = entries_from_places(places, two_areas())
    assert [(e.name, e.parent_id, e.level) for e in entries] == [
        ("El Serrat", "V", "landmark"),
        ("Llorts", "T", "landmark"),
    ]


def test_a_place_keeps_its_identity_whatever_file_it_comes_in() -> None:
    school, shop = ("El Serrat", Point(0.5, 0.5)), ("Botiga", Point(0.6, 0.5))

    def identities(*rows: tuple[str, Point]) -> set[str]:
        names, points = zip(*rows, strict=True)
        frame = gpd.GeoDataFrame({"name": names}, geometry=list(points), crs="EPSG:4326")
        return {entry.id for entry in entries_from_places(frame, two_areas())}

    assert identities(school, shop, shop) == identities(shop) | identities(school)
    assert identities(shop).isdisjoint(identities(school))


def test_households_bring_their_plates_and_cards() -> None:
    households = gpd.GeoDataFrame(
        {
            "id": ["H1", "H2"],
            "area_code": ["C", "C"],
            "head": ["冉光学", "田维海"],
            "house_number": ["上坝村三组1号", None],
            "card": [None, "QX0002"],
        },
        geometry=[Point(1, 1), Point(1, 1)],
        crs="EPSG:4326",
    )
    entries = entries_from_households(households)
    assert [(e.id, e.level, e.name, e.parent_id) for e in entries] == [
        ("H1", "household", "冉光学", "C"),
        ("H1N", "house_number", "上坝村三组1号", "H1"),
        ("H2", "household", "田维海", "C"),
        ("H2K", "card", "QX0002", "H2"),
    ]
