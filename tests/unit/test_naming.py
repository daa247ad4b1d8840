"""Paths of names are said once and apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from halfhour.naming import joined


@pytest.mark.parametrize(
    ("path", "name", "said"),
    [
        ("青溪镇", "上坝村", "青溪镇上坝村"),
        ("青溪镇上坝村", "上坝村第一网格", "青溪镇上坝村第一网格"),
        ("青溪镇青溪社区", "青溪社区", "青溪镇青溪社区"),
        ("Andorra", "La Massana", "Andorra La Massana"),
        ("青溪镇", "A区", "青溪镇A区"),
        ("", "青溪镇", "青溪镇"),
    ],
)
def test_a_path_says_nothing_twice(path: str, name: str, said: str) -> None:
    assert joined(path, name) == said


@given(st.text(), st.text())
def test_a_path_ends_with_the_name_itself(path: str, name: str) -> None:
    assert joined(path, name).endswith(name)
