"""Which functions are compiled, and how? Every loop over nodes or arcs goes through here.

The machine code is kept on disk beside the module, so only the first run after a change compiles.
Constants are compiled in: after changing one that other modules import, delete
`routing/__pycache__`. The code runs without Python's lock: threads answer queries side by side.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

import numba

AnyFunction = TypeVar("AnyFunction", bound=Callable[..., object])


def compiled(function: AnyFunction) -> AnyFunction:
    """Compile a function of arrays and numbers at its first call, and cache it on disk."""
    return cast("AnyFunction", numba.njit(cache=True, nogil=True)(function))
