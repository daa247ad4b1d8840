"""Travel times from files alone: tables in, table out."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from halfhour.errors import BadFieldError, BadFileError
from halfhour.vocabulary import TravelMode
from routing import tables
from routing.network import read_network
from routing.tables import cached_network, read_places, write_travel_times
from routing.travel_time import Roads
from tests.streets import RESIDENTIAL, on, street_file

CAR = TravelMode.CAR


@pytest.fixture
def roads_file(tmp_path: Path) -> Path:
    streets = [("AB", RESIDENTIAL), ("CD", RESIDENTIAL)]
    return street_file(tmp_path / "roads.osm", "A...B..........C.D", streets)


def a_table(folder: Path, name: str, text: str, encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def degrees(*spots: tuple[float, float]) -> list[str]:
    return [f"{place.lon},{place.lat}" for place in (on(*spot) for spot in spots)]


def test_every_pair_gets_its_seconds_and_the_unreachable_none(
    tmp_path: Path, roads_file: Path
) -> None:
    one, two, island = degrees((0, 0), (2, 0), (16, 0))
    origins = a_table(tmp_path, "a.csv", f"id,lon,lat\n甲,{one}\n乙,{two}\n")
    destinations = a_table(tmp_path, "b.csv", f"id,lon,lat\nx,{two}\ny,{island}\n")
    out = tmp_path / "m.csv"
    assert write_travel_times(roads_file, origins, destinations, mode=CAR, out_csv=out) == 4
    rows = list(csv.reader(out.read_text(encoding="utf-8").splitlines()))
    assert rows[0] == ["origin_id", "destination_id", "seconds"]
    assert [row[:2] for row in rows[1:]] == [["甲", "x"], ["甲", "y"], ["乙", "x"], ["乙", "y"]]
    expected = Roads(read_network(roads_file)).seconds_to([on(0, 0)], on(2, 0), mode=CAR)[0]
    assert float(rows[1][2]) == pytest.approx(expected, abs=0.0005)
    assert [row[2] for row in rows[2:]] == ["", "0.000", ""]


@pytest.mark.parametrize(
    ("header", "encoding"),
    [
        ("id,lon,lat", "utf-8"),
        ("ID, Longitude , Latitude", "utf-8-sig"),
        ("编号,经度,纬度", "gb18030"),
        ("name,lng,lat", "utf-8"),
        ("code,x,y", "utf-8"),
    ],
)
def test_headers_and_encodings_people_use_are_understood(
    tmp_path: Path, header: str, encoding: str
) -> None:
    path = a_table(tmp_path, "a.csv", f"{header}\r\n一号,107.93,28.25\r\n\r\n", encoding)
    (row,) = read_places(path)
    assert (row.id, row.place) == ("一号", on(0, 0))


def test_columns_may_stand_in_any_order(tmp_path: Path) -> None:
    path = a_table(tmp_path, "a.csv", "note,lat,id,lon\n王家,28.25,1,107.93\n")
    assert read_places(path)[0].place == on(0, 0)


@pytest.mark.parametrize(
    ("row", "field", "remedy"),
    [
        ("1,abc,28.25", "lon", "十进制度数"),
        ("1,107.93,", "lat", "十进制度数"),
        ("1,107.93", "lat", "十进制度数"),
        ("1,nan,28.25", "lon", "十进制度数"),
        (",107.93,28.25", "id", "编号"),
        ("1,28.25,107.93", "lon, lat", "对调"),
        ("1,207.93,28.25", "lon, lat", "WGS-84"),
    ],
)
def test_a_bad_row_is_named_with_its_remedy(tmp_path: Path, row, field, remedy) -> None:
    path = a_table(tmp_path, "a.csv", f"id,lon,lat\n0,107.93,28.25\n{row}\n")
    with pytest.raises(BadFieldError, match=remedy) as caught:
        read_places(path)
    assert (caught.value.row, caught.value.field) == (3, field)


@pytest.mark.parametrize(
    ("content", "problem"),
    [(b"", "空的"), (b"id,lon\n1,2\n", "没有 lat"), (b"\xff\xff\xff", "既不是 UTF-8")],
)
def test_a_table_that_is_none_is_refused(tmp_path: Path, content: bytes, problem: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    with pytest.raises(BadFileError, match=problem):
        read_places(path)


def test_a_missing_table_or_folder_is_refused(tmp_path: Path, roads_file: Path) -> None:
    with pytest.raises(BadFileError, match="文件不存在"):
        read_places(tmp_path / "a.csv")
    table = a_table(tmp_path, "a.csv", "id,lon,lat\n1,107.93,28.25\n")
    with pytest.raises(BadFileError, match="写不了"):
        write_travel_times(roads_file, table, table, mode=CAR, out_csv=tmp_path / "no" / "m.csv")


def test_a_file_asked_twice_is_read_once(
    tmp_path: Path, roads_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = tmp_path / "cache"
    first = cached_network(roads_file, cache_folder=cache)
    monkeypatch.setattr(tables, "read_network", None)  # would fail if it were called
    assert cached_network(roads_file, cache_folder=cache).to_bytes() == first.to_bytes()


def test_a_changed_file_and_a_damaged_cache_are_read_anew(tmp_path: Path, roads_file: Path) -> None:
    cache = tmp_path / "cache"
    cached_network(roads_file, cache_folder=cache)
    street_file(roads_file, "A...B", [("AB", RESIDENTIAL)])
    assert cached_network(roads_file, cache_folder=cache).edges == 1
    for kept in cache.iterdir():
        kept.write_bytes(b"damaged")
    assert cached_network(roads_file, cache_folder=cache).edges == 1
