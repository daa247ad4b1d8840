"""What is a square of ground? A raster of bins in local metres, and its neighbourhood.

Row 0 is the south edge, column 0 the west edge. Bins are numbered row by row (`flat` numbers),
which is what the drainage and the road search work with.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

EIGHT = ((-1, -1), (-1, 0), (-1, 1), (0, -1), (0, 1), (1, -1), (1, 0), (1, 1))
"""Row and column offsets of the eight neighbours."""


@dataclass(frozen=True)
class Frame:
    """Where a raster lies: its south-west corner in local metres, bin size, rows and columns."""

    west_m: float
    south_m: float
    step_m: float
    rows: int
    columns: int

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns, as numpy wants them."""
        return self.rows, self.columns

    def centres(self) -> tuple[Floats, Floats]:
        """Local x and y of every bin's centre, each shaped like the raster."""
        x = self.west_m + (np.arange(self.columns) + 0.5) * self.step_m
        y = self.south_m + (np.arange(self.rows) + 0.5) * self.step_m
        grid_x, grid_y = np.meshgrid(x, y)
        return grid_x, grid_y

    def xy(self, flat: NDArray[np.integer]) -> Floats:
        """Centres of numbered bins, shape (n, 2)."""
        row, column = np.divmod(flat, self.columns)
        return np.column_stack(
            (
                self.west_m + (column + 0.5) * self.step_m,
                self.south_m + (row + 0.5) * self.step_m,
            )
        )

    def bin_of(self, xy: Floats) -> Ints:
        """Numbers of the bins that hold these points; points outside go to the nearest edge bin."""
        column = np.floor((xy[:, 0] - self.west_m) / self.step_m).astype(np.int64)
        row = np.floor((xy[:, 1] - self.south_m) / self.step_m).astype(np.int64)
        row = np.clip(row, 0, self.rows - 1)
        return row * self.columns + np.clip(column, 0, self.columns - 1)

    def sample(self, values: Floats, xy: Floats) -> Floats:
        """Read a raster between its bin centres, bilinearly."""
        column = (xy[:, 0] - self.west_m) / self.step_m - 0.5
        row = (xy[:, 1] - self.south_m) / self.step_m - 0.5
        read: Floats = ndimage.map_coordinates(values, [row, column], order=1, mode="nearest")
        return read


def shifted(values: Floats, row: int, column: int, outside: float) -> Floats:
    """Give each bin its neighbour's value at an offset; beyond the edge stands `outside`."""
    padded = np.pad(values, 1, constant_values=outside)
    rows, columns = values.shape
    return padded[1 + row : 1 + row + rows, 1 + column : 1 + column + columns]


def noise(rng: np.random.Generator, frame: Frame, *, size_m: float, octaves: int = 4) -> Floats:
    """
    Draw smooth noise with a mean near 0 and a spread near 1.

    Parameters
    ----------
    size_m
        Distance between the largest bumps; each further octave is half as large and half as high.
    """
    total = np.zeros(frame.shape)
    for octave in range(octaves):
        wave_m = max(size_m / 2**octave, frame.step_m)
        rows = int(np.ceil(frame.rows * frame.step_m / wave_m)) + 4
        columns = int(np.ceil(frame.columns * frame.step_m / wave_m)) + 4
        coarse = rng.normal(size=(rows, columns))
        shift = rng.uniform(0, 1, 2)
        row = np.arange(frame.rows) * frame.step_m / wave_m + 1 + shift[0]
        column = np.arange(frame.columns) * frame.step_m / wave_m + 1 + shift[1]
        grid = np.meshgrid(row, column, indexing="ij")
        total += ndimage.map_coordinates(coarse, grid, order=3, mode="nearest") / 2**octave
    return settled(total / 1.1)


def settled(values: Floats, decimals: int = 6) -> Floats:
    """
    Round away the last bits.

    Processors disagree in the last bit of exponentials and sines; without this, a township could
    come out differently on another machine.
    """
    return np.round(values, decimals)


def ridged(values: Floats) -> Floats:
    """Turn smooth noise into crests: 1 along its zero lines, falling to both sides."""
    return 1.0 - np.minimum(np.abs(values), 1.0)
