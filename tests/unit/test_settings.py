"""Settings are read once, and a value that cannot be used is named with its remedy."""

from pathlib import Path

import pytest

from halfhour.errors import BadSettingError
from halfhour.settings import Settings


def test_absent_and_empty_names_keep_their_defaults() -> None:
    assert Settings.from_environment({"HALFHOUR_PORT": ""}).port == 8501
    assert Settings.from_environment({}).home == Path(".halfhour").resolve()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HALFHOUR_PORT", "eighty"),
        ("HALFHOUR_PORT", "70000"),
        ("HALFHOUR_SESSION_HOURS", "0"),
        ("HALFHOUR_DATABASE_URL", "mysql://somewhere"),
    ],
)
def test_an_unusable_value_is_named(name: str, value: str) -> None:
    with pytest.raises(BadSettingError, match=name):
        Settings.from_environment({name: value})
