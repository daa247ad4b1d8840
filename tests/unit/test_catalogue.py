"""The suggestion of a skill is explainable and puts danger first."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from halfhour.catalogue import suggested_skill
from halfhour.vocabulary import Skill


@pytest.mark.parametrize(
    ("text", "skill"),
    [
        ("3组老水井旁边停电了", Skill.ELECTRICITY),
        ("自来水管漏水", Skill.PLUMBING),
        ("屋顶漏雨", Skill.REPAIR),
        ("老人摔倒了，路灯也坏了，电线掉下来", Skill.MEDICAL),
        ("房子后面滑坡，老人还在里面", Skill.RESCUE),
        ("想问一下医保怎么交", Skill.GENERAL),
    ],
)
def test_words_decide_and_danger_goes_first(text: str, skill: Skill) -> None:
    assert suggested_skill(text).skill is skill


@given(st.text())
def test_the_reason_quotes_only_what_was_said(text: str) -> None:
    suggestion = suggested_skill(text)
    assert all(word in text for word in suggestion.words)
    assert (suggestion.skill is Skill.GENERAL) == (not suggestion.words)
