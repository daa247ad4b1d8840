"""Passwords: argon2id, and the same time for a name nobody has."""

from __future__ import annotations

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_HASHER = PasswordHasher()


def hashed(password: str) -> str:
    """Hash a password; salt and parameters are part of the result."""
    return _HASHER.hash(password)


def fits(password_hash: str | None, password: str) -> bool:
    """Check a password. Without a hash the answer is no, after as much work as a yes."""
    try:
        _HASHER.verify(password_hash or _nobodys(), password)
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


@cache
def _nobodys() -> str:
    return hashed("nobody has this name")
