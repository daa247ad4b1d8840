"""Accounts (账号) and sign-ins. The application asks about one of them, never reads the tables."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    SmallInteger,
    String,
    UniqueConstraint,
    func,
)
from sqlalchemy.orm import Mapped, mapped_column

from models.base import CODE_LENGTH, Base


class Account(Base):
    """
    What a person signs in with.

    Attributes
    ----------
    login
        Lower case, unique in the installation.
    password_hash
        argon2id, with its parameters and salt.
    must_change
        Whether the password was given by somebody else and has to be changed first.
    """

    __tablename__ = "accounts"
    __table_args__ = (
        ForeignKeyConstraint(["person_id", "township_code"], ["people.id", "people.township_code"]),
        UniqueConstraint("login"),
        CheckConstraint("login = lower(login) AND login <> ''", name="lower_case_login"),
        CheckConstraint("password_hash LIKE '$argon2id$%'", name="argon2_hash"),
    )

    person_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    township_code: Mapped[str] = mapped_column(String(CODE_LENGTH), primary_key=True)
    login: Mapped[str] = mapped_column(String(64))
    password_hash: Mapped[str]
    must_change: Mapped[bool] = mapped_column(default=True, server_default="true")
    failed_attempts: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    locked_until: Mapped[datetime | None]
    disabled_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class AuthSession(Base):
    """A sign-in that lasts. Only the hash of its token is kept: a stolen table opens no door."""

    __tablename__ = "auth_sessions"
    __table_args__ = (
        ForeignKeyConstraint(
            ["person_id", "township_code"],
            ["accounts.person_id", "accounts.township_code"],
            ondelete="CASCADE",
        ),
        CheckConstraint("octet_length(token_hash) = 32", name="sha256_token"),
        CheckConstraint("expires_at > created_at", name="expires_later"),
        Index("ix_auth_sessions_person_id", "person_id"),
    )

    token_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    person_id: Mapped[int] = mapped_column(BigInteger)
    township_code: Mapped[str] = mapped_column(String(CODE_LENGTH))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
