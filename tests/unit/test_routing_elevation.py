"""Heights from SRTM tiles and ASCII grids, and times on slopes."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest

from halfhour.errors import BadFileError
from halfhour.vocabulary import TravelMode
from routing.elevation import read_elevation
from routing.network import read_network
from routing.travel_time import Roads
from tests.streets import RESIDENTIAL, on, shared, street_file

WALK, E_BIKE, _, CAR = TravelMode


def heights(path: Path, *points: tuple[float, float]) -> list[float]:
    lon, lat = np.array(points).T
    return read_elevation(path).heights_at(lon, lat).tolist()


def a_tile(folder: Path, side: int = 1201) -> Path:
    """A tile that rises 1 m for each post to the east, and 1000 m to the north edge."""
    posts = np.tile(np.arange(side), (side, 1)) + np.linspace(1000, 0, side)[:, None]
    posts[0, 0] = -32768
    path = folder / "N28E107.hgt"
    path.write_bytes(posts.astype(">i2").tobytes())
    return path


def an_ascii_grid(folder: Path, rise_m: float) -> Path:
    """A grid over the drawn streets that rises by so many metres for each post to the east."""
    rows, columns, cell = 10, 40, 0.0005
    header = (
        f"ncols {columns}\nnrows {rows}\nxllcenter 107.9250\nyllcenter 28.2480\n"
        f"cellsize {cell}\nNODATA_value -9999\n"
    )
    row = " ".join(f"{500 + rise_m * column:.2f}" for column in range(columns))
    path = folder / "slope.asc"
    path.write_text(header + "\n".join([row] * rows))
    return path


def test_a_real_tile_says_what_is_known_of_andorra() -> None:
    found = heights(shared("andorra/N42E001.hgt.gz"), (1.5218, 42.5075), (1.4450, 42.5890))
    assert found[0] == pytest.approx(1024, abs=40)  # Andorra la Vella
    assert 2200 < found[1] < 2950


def test_posts_are_read_from_the_north_west_and_interpolated(tmp_path: Path) -> None:
    post = 1 / 1200
    path = a_tile(tmp_path)
    assert heights(path, (107 + 3 * post, 28.0), (107.5, 29.0), (107 + 2.5 * post, 28.0)) == (
        pytest.approx([3, 1600, 2.5], abs=1e-3)
    )


def test_beside_the_grid_and_at_a_void_nothing_is_known(tmp_path: Path) -> None:
    path = a_tile(tmp_path)
    assert np.isnan(heights(path, (106.9, 28.5), (107.5, 27.9), (107.0, 29.0))).all()


def test_a_packed_tile_is_the_same(tmp_path: Path) -> None:
    path = a_tile(tmp_path)
    packed = tmp_path / "N28E107.hgt.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    assert heights(path, (107.3, 28.3)) == heights(packed, (107.3, 28.3))


def test_a_grid_by_its_corner_stands_half_a_cell_further_in(tmp_path: Path) -> None:
    path = tmp_path / "grid.asc"
    path.write_text("ncols 2\nnrows 2\nxllcorner 107\nyllcorner 28\ncellsize 1\n1 2\n3 4\n")
    assert heights(path, (107.5, 28.5), (108.5, 29.5), (108, 29)) == [3, 2, 2.5]


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("N28E107.hgt", b"\0" * 100, "不是每边"),
        ("tile.hgt", b"\0" * (1201 * 1201 * 2), "看不出"),
        ("N28E107.hgt.gz", b"no gzip", "压缩"),
        ("grid.asc", b"ncols 2\nnrows 2\n1 2 3", "不是 ESRI"),
        ("grid.asc", b"\xff\xfe", "不是 ESRI"),
        ("grid.tif", b"II*", "不是认识的高程格式"),
        (
            "grid.asc",
            b"ncols 1\nnrows 1\nxllcorner 500000\nyllcorner 3100000\ncellsize 30\n5",
            "单位不是度",
        ),
    ],
)
def test_a_file_that_is_no_grid_is_refused(tmp_path: Path, name, content, problem) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(BadFileError, match=problem):
        read_elevation(path)


def test_a_missing_grid_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadFileError, match="文件不存在"):
        read_elevation(tmp_path / "N28E107.hgt")


def times_on_slope(folder: Path, mode: TravelMode, tags: dict[str, str], rise_m: float):
    path = street_file(folder / "roads.osm", "A.........B", [("AB", tags)])
    roads = Roads(read_network(path, dem=an_ascii_grid(folder, rise_m)))
    west, east = on(0, 0), on(10, 0)
    return [roads.seconds_to([a], b, mode=mode)[0] for a, b in ((west, east), (east, west))]


def test_level_ground_takes_as_long_as_without_a_grid(tmp_path: Path) -> None:
    path = street_file(tmp_path / "roads.osm", "A.........B", [("AB", RESIDENTIAL)])
    flat = Roads(read_network(path)).seconds_to([on(0, 0)], on(10, 0), mode=WALK)[0]
    assert times_on_slope(tmp_path, WALK, RESIDENTIAL, 0.0) == pytest.approx([flat, flat], abs=0.01)


def test_walking_a_slope_takes_toblers_time(tmp_path: Path) -> None:
    path = street_file(tmp_path / "roads.osm", "A.........B", [("AB", RESIDENTIAL)])
    flat = Roads(read_network(path)).seconds_to([on(0, 0)], on(10, 0), mode=WALK)[0]
    grade = 5.0 / (0.0005 * np.pi / 180 * 6_371_009 * np.cos(np.radians(28.25)))
    up, down = times_on_slope(tmp_path, WALK, RESIDENTIAL, 5.0)
    assert up / flat == pytest.approx(np.exp(3.5 * grade), rel=0.01)
    assert down / flat == pytest.approx(np.exp(3.5 * (abs(-grade + 0.05) - 0.05)), rel=0.01)


def test_an_e_bike_is_slow_uphill_only_and_a_bridge_is_level(tmp_path: Path) -> None:
    up, down = times_on_slope(tmp_path, E_BIKE, RESIDENTIAL, 5.0)
    assert up > 1.5 * down
    up, down = times_on_slope(tmp_path, CAR, RESIDENTIAL, 5.0)
    assert up == pytest.approx(down, abs=0.01)
