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
    names = {meaning: [tidy_heading(name) for name in known[meaning]] for meaning in known}
    found: dict[str, object] = {}
    for meaning, complete in names.items():
        column = next((name for name in complete if name in tidied), None)
        if column is not None:
            found[meaning] = tidied.pop(column)
    return found | _cut_off(tidied, {m: n for m, n in names.items() if m not in found})


def _cut_off(tidied: Mapping[str, object], names: Mapping[str, Sequence[str]]) -> dict[str, object]:
    """Find cut headings, those first that can mean only one thing."""
    open_ones = {
        column: {m for m, full in names.items() if any(n.startswith(column) for n in full)}
        for column in tidied
        if _may_be_cut(column)
    }
    found: dict[str, object] = {}
    while certain := next((c for c, meanings in open_ones.items() if len(meanings) == 1), None):
        (meaning,) = open_ones.pop(certain)
        found[meaning] = tidied[certain]
        for meanings in open_ones.values():
            meanings.discard(meaning)
    return found


def _may_be_cut(column: str) -> bool:
    long_enough = len(column) >= _LEAST_CUT_CHARACTERS
    return long_enough and len(column.encode()) + 2 >= _DBF_BYTES - 1
