"""One stretch of a text that names a place, and the entries it may mean."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum

from gis.locator.names import Form
from gis.locator.outside import OutsideMention
from gis.locator.tree import Tree


class Kind(StrEnum):
    """What sort of mention it is."""

    NAME = "name"
    GROUP = "group"
    GRID = "grid"
    CELL = "cell"
    PLATE = "plate"
    BUILDING = "building"
    CODE = "code"
    OUTSIDE = "outside"


@dataclass(frozen=True, slots=True, eq=False)
class Mention:
    """
    One stretch of a text that names a place.

    `targets` are the entries that may be meant, with how they bear the name. A number of a group,
    grid, plate or building has all entries of that number until its neighbours narrow it.
    `joint` marks several numbers said together (一、三组). `sureness` is how surely it was read.
    """

    kind: Kind
    start: int
    end: int
    targets: dict[int, Form]
    sureness: float = 1.0
    numbers: tuple[int, ...] = ()
    parts: tuple[str, ...] = ()
    name: str = ""
    outside: OutsideMention | None = None
    levels: frozenset[str] = field(default_factory=frozenset)

    @property
    def joint(self) -> bool:
        """Tell whether several numbers are said together."""
        return len(self.numbers) > 1

    def meaning(self, targets: dict[int, Form], tree: Tree) -> Mention:
        """Make the same mention with other targets."""
        levels = frozenset(tree.level(number) for number in targets)
        return replace(self, targets=targets, levels=levels)
