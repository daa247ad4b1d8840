"""Which column of a table holds what, judged by its heading, Chinese or English.

Headings are compared without case, spaces, brackets and underscores. DBF tables cut headings at
ten bytes, so the beginning of a known heading counts as that heading.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence

_IGNORED = " _-()[]（）【】·.:：*"
_DBF_BYTES = 10
_LEAST_CUT_CHARACTERS = 3


def tidy_heading(heading: object) -> str:
    """Bring a heading to the form in which headings are compared."""
    text = unicodedata.normalize("NFKC", str(heading)).casefold()
    return "".join(c for c in text if c not in _IGNORED and not c.isspace())


def columns_for(
    headings: Iterable[object], known: Mapping[str, Sequence[str]]
) -> dict[str, object]:
    """
    Find the column for each meaning.

    Parameters
    ----------
    headings
        Headings of a table.
    known
        Meaning to the headings it goes by, the preferred one first.

    Returns
    -------
    columns
        Meaning to heading, for the meanings found. A heading has one meaning: the one that is
        listed first in `known`. A complete heading is preferred to a cut one.
    """
    tidied = {tidy_heading(heading): heading for heading in reversed(list(headings))}
    found: dict[str, object] = {}
    for match in (_complete, _cut):
        for meaning, names in known.items():
            column = None if meaning in found else match(tidied, names)
            if column is not None:
                found[meaning] = tidied.pop(column)
    return found


def _complete(tidied: Mapping[str, object], names: Sequence[str]) -> str | None:
    return next((name for name in map(tidy_heading, names) if name in tidied), None)


def _cut(tidied: Mapping[str, object], names: Sequence[str]) -> str | None:
    for name in map(tidy_heading, names):
        for column in tidied:
            if _may_be_cut(column) and name.startswith(column):
                return column
    return None


def _may_be_cut(column: str) -> bool:
    long_enough = len(column) >= _LEAST_CUT_CHARACTERS
    return long_enough and len(column.encode()) + 2 >= _DBF_BYTES - 1
