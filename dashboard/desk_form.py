"""点单: the sentence, where it seems to be, the one question to ask back, and saving it."""

from __future__ import annotations

import json
from dataclasses import replace

import streamlit as st

from dashboard import desk_view, snippets, texts, wiring
from dashboard.desk_view import Click, Pin
from gis.locator.answers import Hint, Located, Match
from halfhour.catalogue import suggested_skill
from halfhour.clock import utc_now
from halfhour.vocabulary import Answer, Channel, Level, Skill
from services import intake, wall_map

MOST_OPTIONS = 6
_CHANNELS = [Channel.PHONE, *(channel for channel in Channel if channel is not Channel.PHONE)]


def draw(person_id: int, revision: str, click: Click | None) -> desk_view.View:
    """Draw the form and say what the map should show; saving goes on with the new request."""
    turn = st.session_state.setdefault("desk_turn", 0)
    pin = _pin(click)
    words = st.text_area(
        texts.WORDS, key=f"words {turn}", placeholder=texts.WORDS_HINT, height=112, max_chars=500
    ).strip()
    st.button(texts.FIND_PLACE, width="stretch", icon=":material/search:")
    hint, phone = _source(person_id, revision, turn)
    if not words:
        st.caption(texts.EMPTY_FORM)
        return desk_view.drafting((), pin=pin, asked="")
    located = intake.suggest(wiring.app(), person_id, words, hint)
    options = located.candidates[:MOST_OPTIONS]
    if click and click.op == "option" and click.chosen in {match.id for match in options}:
        st.session_state[_choice_key(words)] = click.chosen
    choice = _site(located, options, words, pin)
    skill = _skill(words)
    if st.button(
        texts.SAVE,
        type="primary",
        width="stretch",
        icon=":material/add_task:",
        disabled=pin is None and choice is None,
    ):
        sure = located.answer is Answer.FOUND and options and choice == options[0].id
        placed = intake.place(
            wiring.app(),
            person_id,
            words,
            now=utc_now(),
            channel=Channel(hint.channel or Channel.DESK),
            hint=hint,
            choice=None if pin or sure else choice,
            pin=pin.point if pin else None,
            skill=skill,
            reporter_phone=phone or None,
        )
        finish_turn()
        st.query_params["request"] = str(placed.request_id)
        st.rerun()
    return desk_view.drafting(options, pin=pin, asked=words)


def finish_turn() -> None:
    """Empty the form for the next sentence."""
    st.session_state["desk_turn"] = st.session_state.get("desk_turn", 0) + 1
    st.session_state.pop("desk_pin", None)


def _pin(click: Click | None) -> Pin | None:
    if click and click.pin:
        st.session_state["desk_pin"] = click.pin
    pin: Pin | None = st.session_state.get("desk_pin")
    return pin


def _source(person_id: int, revision: str, turn: int) -> tuple[Hint, str]:
    villages = _villages(person_id, revision)
    left, middle, right = st.columns([3, 4, 4], gap="small")
    channel = left.selectbox(
        texts.CHANNEL, _CHANNELS, key=f"channel {turn}", format_func=lambda c: c.label
    )
    village = middle.selectbox(
        texts.REPORTER_VILLAGE,
        [None, *villages],
        key=f"village {turn}",
        format_func=lambda code: villages[code] if code else texts.NOT_KNOWN,
    )
    phone = right.text_input(texts.PHONE, key=f"phone {turn}", placeholder=texts.PHONE_HINT)
    return replace(Hint(), channel=channel, reporter_village_id=village), phone.strip()


@st.cache_data(max_entries=32, show_spinner=False)
def _villages(person_id: int, of_revision: str) -> dict[str, str]:  # noqa: ARG001 — in the key
    """Codes and names of the villages this person may see; kept until the map changes."""
    document = json.loads(wall_map.area_geojson(wiring.app(), person_id, Level.VILLAGE))
    areas = [feature["properties"] for feature in document["features"]]
    return {area["code"]: area["name"] for area in areas}


def _site(located: Located, options: tuple[Match, ...], words: str, pin: Pin | None) -> str | None:
    """Show the answer and let a person decide; gives the gazetteer id that was chosen."""
    if pin:
        st.html(snippets.place_card(texts.PINNED, pin.label, (), kind="found"))
        if st.button(texts.DROP_PIN, icon=":material/undo:"):
            del st.session_state["desk_pin"]
            st.rerun()
        return None
    if not options:
        outside = located.answer is Answer.OUTSIDE
        title = texts.OUTSIDE if outside else texts.NO_PLACE
        help_text = texts.OUTSIDE_HELP if outside else texts.NO_PLACE_HELP
        asked = located.question or help_text
        st.html(snippets.place_card(title, asked, located.evidence, kind="ask"))
        return None
    found = located.answer is Answer.FOUND
    _answer_card(located, options[0], found=found)
    if found and len(options) == 1:
        return options[0].id
    labels = {match.id: f"{n}. {match.label}" for n, match in enumerate(options, start=1)}
    chosen: str | None = st.radio(
        texts.OTHER_PLACES if found else texts.CHOOSE_ONE,
        list(labels),
        index=0 if found else None,
        key=_choice_key(words),
        format_func=lambda match_id: snippets.plain(labels[match_id]),
    )
    return chosen


def _answer_card(located: Located, best: Match, *, found: bool) -> None:
    if not found:
        question = located.question or texts.CHOOSE_ONE
        st.html(snippets.place_card(texts.ASK_BACK, question, located.evidence, kind="ask"))
        return
    notes = [texts.CONFIDENCE.format(located.confidence), *located.evidence]
    if located.precision:
        notes.insert(0, texts.PRECISION.format(located.precision.label))
    st.html(snippets.place_card(texts.FOUND, best.label, notes, kind="found"))


def _choice_key(words: str) -> str:
    return f"choice {st.session_state['desk_turn']} {words}"


def _skill(words: str) -> Skill:
    suggestion = suggested_skill(words)
    skills = list(Skill)
    chosen: Skill = st.selectbox(
        texts.SKILL,
        skills,
        index=skills.index(suggestion.skill),
        key=f"skill {st.session_state['desk_turn']} {suggestion.skill}",
        format_func=lambda skill: skill.label,
        help=suggestion.reason,
    )
    return chosen
