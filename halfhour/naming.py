"""How the names of a path are said in one breath: 青溪镇上坝村三组, La Massana Pal."""

from __future__ import annotations


def joined(path: str, name: str) -> str:
    """
    Append a name to the path above it, without what the path already says.

    A name that begins with the end of the path takes its place: 青溪镇上坝村 and 上坝村第一网格
    give 青溪镇上坝村第一网格. Names in letters are kept apart by a space.
    """
    for at in range(len(path)):
        if name.startswith(path[at:]):
            return path[:at] + name
    return f"{path} {name}" if _in_letters(path[-1:]) and _in_letters(name[:1]) else path + name


def _in_letters(character: str) -> bool:
    """Say whether a character is of a script that leaves spaces between words."""
    return character.isalnum() and character < "⺀"
