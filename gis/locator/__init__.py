"""Where is it? The locator: from what people say to the right unit, or the one right question."""

from gis.locator.answers import Hint, Located, Match
from gis.locator.locator import Locator

__all__ = ["Hint", "Located", "Locator", "Match"]
