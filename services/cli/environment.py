"""The one place where the terminal reads its environment."""

from __future__ import annotations

import os

from halfhour.settings import Settings


def settings() -> Settings:
    """Read the settings of this process."""
    return Settings.from_environment(os.environ)
