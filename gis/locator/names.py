"""All the ways an entry of the gazetteer may be called.

A village is said with and without 村, with the wrong suffix, by its former name; a group by its
hamlet; a landmark with the village in front or without. Numbered things (三组, 5栋2单元, 12号) are
not names: they are found by number, under what holds them.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from enum import IntEnum

from gis.addresses import GROUP_UNIT, SlotKind, building_parts, group_number, plate_number, slots_in
from gis.locator.tree import Tree
from gis.locator.words import ESTATE_WORDS, PEOPLES, TOWNSHIP_SUFFIXES, VILLAGE_SUFFIXES
from gis.normalise import normalise
from gis.numerals import HAN_NUMERALS, with_digits, written
from gis.sounds import alike


class Form(IntEnum):
    """How a name relates to an entry, weakest first."""

    TAIL = 1  # what is left of 上坝小学 without 上坝: shared by many
    STEM = 2  # a village or group without its suffix
    ALIAS = 3
    NAME = 4


# What people call the committee's building: 大队部 since before 1984, 村部 in the north and Anhui.
_COMMITTEES = ("村委会", "村民委员会", "村委", "村部", "大队部", "村公所")


@dataclass(slots=True)
class Names:
    """
    The names and numbers of a gazetteer, ready for an automaton.

    `forms` leads from a name in the one form to entries and how they bear it. A *cluster* is a
    name under which groups are numbered anew: a former village (木场村三组), a large hamlet.
    """

    forms: dict[str, dict[int, Form]] = field(default_factory=dict)
    clusters: dict[str, dict[int, list[int]]] = field(default_factory=dict)
    groups: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    grids: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    cells: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    plates: dict[tuple[int, int], list[int]] = field(default_factory=lambda: defaultdict(list))
    buildings: dict[tuple[str, ...], list[int]] = field(default_factory=lambda: defaultdict(list))
    estates: set[int] = field(default_factory=set)
    former: set[str] = field(default_factory=set)
    numbered: set[int] = field(default_factory=set)
    stems_of: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))

    def add(self, name: str, number: int, form: Form) -> None:
        """Note that an entry is called `name`; the strongest relation counts."""
        if len(name) < 2:
            return
        bearers = self.forms.setdefault(name, {})
        bearers[number] = max(form, bearers.get(number, form))


def names_of(tree: Tree) -> Names:
    """Collect the names and numbers of all entries."""
    names = Names()
    for number in tree.by_level["township"]:
        _township(names, tree, number)
    for number in tree.by_level["village"]:
        _village(names, tree, number)
    for number in tree.by_level["grid"]:
        _numbered(names.grids, SlotKind.GRID, names, tree, number)
    for number in tree.by_level["group"]:
        _group(names, tree, number)
    for number in tree.by_level["cell"]:
        _cell(names, tree, number)
    shared = _shared_tails(names, tree)
    for number in tree.by_level["landmark"]:
        _landmark(names, tree, number, shared)
    for number in tree.by_level["household"]:
        _household(names, tree, number)
    for number in tree.by_level["house_number"]:
        _plate(names, tree, number)
    _add_digit_spellings(names)
    return names


def village_stem(name: str) -> str:
    """Take 村, 社区, 村民委员会 off a village's name: 上坝村 gives 上坝, 许村 stays."""
    for suffix in VILLAGE_SUFFIXES:
        stem = name.removesuffix(suffix)
        if stem != name and len(stem) >= 2:
            return stem
        if stem != name and suffix != "村" and stem:
            return stem + ("村" if suffix.startswith("村") else "")
    return name


def township_stem(name: str) -> str:
    """Take 镇, 乡, 街道 and the people's name off: 堰塘土家族乡 gives 堰塘."""
    for suffix in TOWNSHIP_SUFFIXES:
        stem = name.removesuffix(suffix)
        if stem != name and len(stem) >= 2:
            return without_people(stem)
    return name


def without_people(name: str) -> str:
    """Take the minorities' names off the end of a name."""
    return re.sub(rf"(?<=..)(?:{PEOPLES})+$", "", name)


def _all_names(tree: Tree, number: int) -> list[tuple[str, Form]]:
    entry = tree.entries[number]
    pairs = [(entry.name, Form.NAME), *((alias, Form.ALIAS) for alias in entry.aliases)]
    return [(text, form) for name, form in pairs if (text := normalise(name))]


def _township(names: Names, tree: Tree, number: int) -> None:
    for name, form in _all_names(tree, number):
        names.add(name, number, form)
        stem = township_stem(name)
        names.add(stem, number, Form.STEM)
        names.stems_of[number].append(stem)


def _village(names: Names, tree: Tree, number: int) -> None:
    for name, form in _all_names(tree, number):
        names.add(name, number, form)
        stem = village_stem(name)
        names.add(stem, number, Form.STEM if stem != name else form)
        names.stems_of[number].append(stem)
        for part in _latin_parts(name):
            names.add(part, number, Form.STEM)
        if form is Form.ALIAS and stem != name and not _respelled(stem, names.stems_of[number][0]):
            names.former.add(stem)


def _respelled(alias: str, stem: str) -> bool:
    """Tell whether an alias is only another spelling, 雅岗 for 雅冈, and no former village."""
    return len(alias) == len(stem) and all(alike(a, b) for a, b in zip(alias, stem, strict=True))


def _latin_parts(name: str) -> list[str]:
    """Split Escaldes-Engordany, so that either half is understood."""
    return [part for part in name.split("-") if len(part) >= 5] if "-" in name else []


def _numbered(
    index: dict[int, list[int]], kind: SlotKind, names: Names, tree: Tree, number: int
) -> None:
    """Index a grid or cell by its ordinal; without one, by its name."""
    for name, form in _all_names(tree, number):
        slots = [slot for slot in slots_in(name) if slot.kind is kind and slot.end == len(name)]
        if slots and len(slots[0].numbers) == 1:
            if number not in index[slots[0].numbers[0]]:
                index[slots[0].numbers[0]].append(number)
        else:
            names.add(name, number, form)


def _group(names: Names, tree: Tree, number: int) -> None:
    village = tree.above(number, "village")
    stems = names.stems_of[village] if village is not None else []
    own_stems = [stem for stem in stems if stem not in names.former]
    for name, form in _all_names(tree, number):
        tail = _behind(name, own_stems)
        count = group_number(tail)
        if form is Form.ALIAS and count is None and not GROUP_UNIT.search(tail):
            tail = name  # 龙塘口 is a hamlet of 龙塘, not its 口
        if count is not None:
            if number not in names.groups[count]:
                names.groups[count].append(number)
            names.numbered.add(number)
            continue
        if _clustered(names, tree, tail, number):
            continue
        names.add(tail, number, form)
        stem = _group_stem(tail)
        names.add(stem, number, min(form, Form.STEM) if stem != tail else form)
        names.stems_of[number].append(stem)
        if tree.children[number] and any(word in tail for word in ESTATE_WORDS):
            names.estates.add(number)


def _clustered(names: Names, tree: Tree, name: str, number: int) -> bool:
    """Note 木场村三组 as group 3 of the cluster 木场; tell whether it was such a name."""
    for slot in slots_in(name):
        if slot.kind is SlotKind.GROUP and slot.end == len(name) and slot.start >= 2:
            stem = _former_stem(names, tree, village_stem(name[: slot.start]), number)
            groups = names.clusters.setdefault(stem, {})
            groups.setdefault(slot.numbers[0], []).append(number)
            village = tree.above(number, "village")
            if village not in names.forms.get(stem, {}):
                names.add(stem, number, Form.STEM)
            return True
    return False


def _former_stem(names: Names, tree: Tree, stem: str, number: int) -> str:
    """Take 原 or 老 off a former village's name, unless the name itself begins with it."""
    village = tree.above(number, "village")
    if village in names.forms.get(stem, {}):
        return stem
    shorter = stem[1:]
    marked = stem[0] == "原" or (stem[0] in "老旧前" and village in names.forms.get(shorter, {}))
    return shorter if marked and len(shorter) >= 2 else stem


def _group_stem(tail: str) -> str:
    """Take 组, 经济社, 自然村 off a group's name, if a name is left."""
    match = re.fullmatch(rf"(.{{2,}}?)(?:{GROUP_UNIT.pattern}|自然村|自然寨|自然屯|村|联队)", tail)
    return match[1] if match else tail


def _behind(name: str, stems: list[str]) -> str:
    """Give what follows the village in a longer name; the name itself if nothing does."""
    for stem in sorted(stems, key=len, reverse=True):
        match = re.fullmatch(rf"{re.escape(stem)}(?:行政村|社区|村委会|居委会|村)?的?(.+)", name)
        if match and stem:
            return match[1]
    return name


def _cell(names: Names, tree: Tree, number: int) -> None:
    parts = building_parts(normalise(tree.entries[number].name))
    if parts:
        _building(names, tree, number, parts[1])
        return
    _numbered(names.cells, SlotKind.CELL, names, tree, number)


def _building(names: Names, tree: Tree, number: int, parts: tuple[str, ...]) -> None:
    building, stair, room = parts
    estate = tree.above(number, "group")
    if estate is not None:
        names.estates.add(estate)
    for key in {(building,), (building, stair), (building, stair, room), (building, "", room)}:
        if key[-1]:
            names.buildings[key].append(number)


def _shared_tails(names: Names, tree: Tree) -> set[str]:
    """List what several landmarks are called, such as 卫生室: no township is in front of it."""
    tails: dict[str, set[int]] = defaultdict(set)
    for number in tree.by_level["landmark"]:
        stems = _stems_above(names, tree, number)
        for name, _ in _all_names(tree, number):
            tails[_behind(name, stems)].add(number)
    return {tail for tail, bearers in tails.items() if len(bearers) > 1}


def _landmark(names: Names, tree: Tree, number: int, shared: set[str]) -> None:
    stems = _stems_above(names, tree, number)
    upper = {s for n in tree.by_level["township"] for s in names.stems_of[n]}
    village = tree.above(number, "village")
    upper -= set(names.stems_of[village]) if village is not None else set()
    for name, form in _all_names(tree, number):
        names.add(name, number, form)
        tail = _behind(name, stems)
        if len(tail) >= 2:
            names.add(tail, number, Form.TAIL if tail != name else form)
        for stem in stems:
            if tail not in shared or stem not in upper:
                _joined(names, stem, tail, number)
        for said in _COMMITTEES if tail in ("村委会", "村民委员会") else ():
            names.add(said, number, Form.TAIL)
            for stem in stems:
                names.add(stem + said, number, Form.ALIAS)
                names.add(f"{stem}村{said}", number, Form.ALIAS)


def _joined(names: Names, stem: str, tail: str, number: int) -> None:
    """Add 上坝小学 and 上坝村小学 for a 小学 of 上坝; 平原镇政府 for a 镇政府 of 平原."""
    names.add(stem + tail, number, Form.ALIAS)
    if not tail.startswith(("村", "镇", "乡", "社区", "街道", "老", "新")):
        names.add(f"{stem}村{tail}", number, Form.ALIAS)
    if tail.startswith("村"):
        names.add(stem + tail[1:], number, Form.ALIAS)


def _stems_above(names: Names, tree: Tree, number: int) -> list[str]:
    """List the bare names of the village, township and hamlet something stands in."""
    return [
        stem
        for ancestor in tree.chain(number)[1:]
        if tree.level(ancestor) in ("village", "township", "group")
        for stem in names.stems_of[ancestor]
        if len(stem) >= 2
    ]


def _household(names: Names, tree: Tree, number: int) -> None:
    for name, form in _all_names(tree, number):
        names.add(name, number, form)
        for title in ("户", "家", "联户"):
            stem = name.removesuffix(title)
            if stem != name and len(stem) >= 2:
                names.add(stem, number, form)


def _plate(names: Names, tree: Tree, number: int) -> None:
    name = normalise(tree.entries[number].name)
    parts = building_parts(name)
    if parts and parts[1][0]:
        _building(names, tree, number, parts[1])
        return
    plate = plate_number(name)
    if plate is None:
        names.add(name, number, Form.NAME)
        return
    for level in ("cell", "group", "grid", "village"):
        holder = tree.above(number, level)
        if holder is not None:
            names.plates[holder, plate[1]].append(number)
    _street(names, tree, number, plate[0])


def _street(names: Names, tree: Tree, number: int, before: str) -> None:
    """Make the street of a plate such as 人民大道12号 a name, to be found with its number."""
    village = tree.above(number, "village")
    street = _behind(before, names.stems_of[village] if village is not None else [])
    if len(street) >= 3 and street[-1] in "路街巷道里弄" and not slots_in(street):
        for said in {street, street.replace("村", "", 1)}:
            bearers = names.forms.get(said, {})
            if all(tree.level(bearer) == "house_number" for bearer in bearers):
                names.add(said, number, Form.TAIL)


def _add_digit_spellings(names: Names) -> None:
    """Let 三里村 be found as 3里村, and 第3巷 as 三巷."""
    for name in [n for n in names.forms if re.search(rf"[\d{HAN_NUMERALS}]", n)]:
        spellings = {with_digits(name), _with_characters(name)}
        spellings |= {spelling.replace("第", "", 1) for spelling in spellings}
        for spelling in spellings - {name}:
            for number, form in names.forms[name].items():
                names.add(spelling, number, form)


def _with_characters(name: str) -> str:
    return re.sub(r"\d{1,2}", lambda match: written(int(match[0])), name)
