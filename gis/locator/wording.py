"""What is said to people: the full path of a place, the one question, and the reasons."""

from __future__ import annotations

import re
from collections.abc import Sequence

from gis.locator.mention import Kind, Mention
from gis.locator.roles import Phrase, Rank
from gis.locator.tree import Tree
from gis.locator.understanding import Understanding
from gis.normalise import Reading
from halfhour.naming import joined

_MOST_CHOICES = 5


def label(tree: Tree, number: int, *, with_township: bool = True) -> str:
    """Write an entry's full path: 青溪镇上坝村三组冉光学家."""
    path = [n for n in reversed(tree.chain(number)) if tree.level(n) != "grid" or n == number]
    words = ""
    for n in path:
        level, name = tree.level(n), tree.entries[n].name
        if level == "township" and not with_township and n != number:
            continue
        if level == "cell" and n != number:
            continue
        if level == "household" and tree.level(number) == "house_number":
            continue
        if level == "household":
            name += "家" if n == number else ""
            words += name
        elif level == "card":
            words += f"（卡号{name}）"
        else:
            words = joined(words, name)
    return words


def question(tree: Tree, leaves: Sequence[int], understood: Understanding, reading: Reading) -> str:
    """Ask the one thing that tells the candidates apart."""
    villages = [v for leaf in leaves if (v := tree.above(leaf, "village")) is not None]
    distinct = list(dict.fromkeys(villages))
    said = _said(understood, reading)
    if len(distinct) > _MOST_CHOICES:
        return f"是哪个村的{said}？" if said else "是哪个村？"
    if len(distinct) == len(set(leaves)) and len(distinct) > 1 and said:
        names = [f"{tree.entries[v].name}的{said}" for v in distinct]
    else:
        names = list(dict.fromkeys(label(tree, leaf, with_township=False) for leaf in leaves))
        if len(names) > _MOST_CHOICES:
            return f"是哪一个组的{said}？" if said else "具体在哪一个组？"
    return "是" + "，还是".join(names) + "？"


def _said(understood: Understanding, reading: Reading) -> str:
    """Quote the word that several places share, if all spots rest on one."""
    if len(understood.spots) != 1:
        return ""
    mentions = understood.spots[0].mentions
    shared = [m for m in mentions if len(m.targets) > 1 and m.kind is not Kind.CODE]
    if not shared or any("village" in m.levels for m in shared):
        return ""
    words = reading.quoted(shared[-1].start, shared[-1].end).strip()
    return words if re.search("[㐀-鿿]", words) else ""


def reasons(tree: Tree, understood: Understanding, reading: Reading) -> tuple[str, ...]:
    """Say in words what the answer rests on, and what was set aside."""
    said: list[str] = []
    meant = {n for spot in understood.spots for leaf in spot.leaves for n in tree.chain(leaf)}
    for phrase in understood.roles.phrases if understood.roles else ():
        words = reading.quoted(phrase.start, phrase.end)
        aside = _set_aside(phrase)
        if aside:
            said.append(f"“{words}”{aside}")
            continue
        said.extend(_read_as(tree, m, reading, meant) for m in phrase.mentions)
    for spot in understood.spots:
        if spot.heard:
            heads = "、".join(tree.entries[leaf].name for leaf in spot.leaves)
            said.append(f"户主姓名读音相近：{heads}")
        if spot.inherited == "reporter":
            said.append("没有说是哪个村，按来电登记的村")
        if spot.far:
            said.append("离所说的地方较远，只能定到村")
    return tuple(dict.fromkeys(s for s in said if s))


def _set_aside(phrase: Phrase) -> str:
    if phrase.negated:
        return "被否定，不算"
    if phrase.replaced:
        return "说错后已更正，不算"
    return {
        Rank.NONE: "是办事或送去的地方，不是出事的地方",
        Rank.AWAY: "是来处、户籍或工作的地方",
    }.get(phrase.rank, "")


def _read_as(tree: Tree, mention: Mention, reading: Reading, meant: set[int]) -> str:
    words = reading.quoted(mention.start, mention.end)
    if mention.kind is Kind.OUTSIDE:
        return f"“{words}”不在本乡镇"
    if mention.kind in (Kind.PLATE, Kind.BUILDING):
        return f"“{words}”是门牌或楼栋"
    if not mention.targets:
        return f"没有查到“{words}”"
    if mention.sureness < 1 and mention.kind is Kind.NAME and len(mention.targets) == 1:
        return f"“{words}”与“{tree.entries[next(iter(mention.targets))].name}”音近或形近"
    targets = meant.intersection(mention.targets) or set(mention.targets)
    if len(targets) > 1:
        return f"“{words}”有{len(targets)}处"
    return f"“{words}”即{label(tree, targets.pop(), with_township=False)}"
