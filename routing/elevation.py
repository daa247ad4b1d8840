"""How high is a point? Elevation grids from `.hgt` tiles (SRTM) and ESRI ASCII `.asc` files.

Heights are metres, interpolated between the four nearest posts; a post without a value, or a
point outside the grid, is NaN.
"""

from __future__ import annotations

import gzip
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from halfhour.errors import BadFileError

Floats = NDArray[np.float64]

_VOID = -32768
_HGT_SIDES = {1201: 3, 3601: 1}
_HGT_NAME = re.compile(r"([NS])(\d{1,2})([EW])(\d{1,3})", re.IGNORECASE)


@dataclass(frozen=True)
class ElevationGrid:
    """Posts on a regular grid of degrees, first row northernmost."""

    heights_m: NDArray[np.float32]
    west: float
    north: float
    step_lon: float
    step_lat: float

    def heights_at(self, lon: Floats, lat: Floats) -> Floats:
        """Interpolate the height of each point, in metres; NaN where nothing is known."""
        rows, columns = self.heights_m.shape
        x = (np.asarray(lon) - self.west) / self.step_lon
        y = (self.north - np.asarray(lat)) / self.step_lat
        inside = (x >= 0) & (y >= 0) & (x <= columns - 1) & (y <= rows - 1)
        left = np.clip(np.nan_to_num(x).astype(np.int64), 0, max(columns - 2, 0))
        top = np.clip(np.nan_to_num(y).astype(np.int64), 0, max(rows - 2, 0))
        right, bottom = np.minimum(left + 1, columns - 1), np.minimum(top + 1, rows - 1)
        across, down = x - left, y - top
        grid = self.heights_m
        upper = grid[top, left] * (1 - across) + grid[top, right] * across
        lower = grid[bottom, left] * (1 - across) + grid[bottom, right] * across
        return np.where(inside, upper * (1 - down) + lower * down, np.nan)


def read_elevation(path: Path) -> ElevationGrid:
    """
    Read an elevation grid in degrees: `.hgt`, `.hgt.gz`, `.asc` or `.asc.gz`.

    Raises
    ------
    BadFileError
        If the file is missing, cut short, or no grid of these kinds.
    """
    if not path.is_file():
        raise BadFileError(path, "文件不存在", "请核对路径和文件名")
    try:
        content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    except (OSError, EOFError) as error:
        raise BadFileError(path, "解不开压缩", "请重新下载") from error
    name = path.name.lower().removesuffix(".gz")
    if name.endswith(".hgt"):
        return _hgt(path, content)
    if name.endswith(".asc"):
        return _ascii_grid(path, content)
    raise BadFileError(path, "不是认识的高程格式", "请用 .hgt 或 .asc 文件，也可再压成 .gz")


def _hgt(path: Path, content: bytes) -> ElevationGrid:
    side = round((len(content) / 2) ** 0.5)
    corner = _HGT_NAME.search(path.name)
    if side * side * 2 != len(content) or side not in _HGT_SIDES:
        problem = f"共{len(content)}字节，不是每边1201或3601点的高程块"
        raise BadFileError(path, problem, "请重新下载这一块")
    if corner is None:
        raise BadFileError(path, "从文件名看不出是哪一块", "请照 N42E001.hgt 的样子命名")
    south = int(corner[2]) * (1 if corner[1].upper() == "N" else -1)
    west = int(corner[4]) * (1 if corner[3].upper() == "E" else -1)
    posts = np.frombuffer(content, dtype=">i2").reshape(side, side).astype(np.float32)
    posts[posts == _VOID] = np.nan
    step = 1 / (side - 1)
    return ElevationGrid(posts, float(west), float(south + 1), step, step)


def _ascii_grid(path: Path, content: bytes) -> ElevationGrid:
    try:
        words = content.decode("ascii").split()
        header, first = _header(words)
        shape = (int(header["nrows"]), int(header["ncols"]))
        posts = np.array(words[first:], dtype=np.float32).reshape(shape)
        step = header["cellsize"]
        # A corner is the edge of the first cell; its post stands half a cell further in.
        west = header["xllcenter"] if "xllcenter" in header else header["xllcorner"] + step / 2
        south = header["yllcenter"] if "yllcenter" in header else header["yllcorner"] + step / 2
    except (ValueError, KeyError) as error:
        raise BadFileError(path, "不是 ESRI ASCII 格网", "请重新导出") from error
    posts[posts == np.float32(header.get("nodata_value", -9999))] = np.nan
    if step <= 0 or not (-180 <= west <= 180 and -90 <= south <= 90):
        raise BadFileError(path, "格网单位不是度", "请先换算到 EPSG:4326")
    return ElevationGrid(posts, west, south + step * (shape[0] - 1), step, step)


def _header(words: list[str]) -> tuple[dict[str, float], int]:
    header: dict[str, float] = {}
    position = 0
    while position + 1 < len(words) and words[position][0].isalpha():
        header[words[position].lower()] = float(words[position + 1])
        position += 2
    return header, position
