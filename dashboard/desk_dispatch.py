"""派单: one request, who could go in how many minutes, and what becomes of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import streamlit as st

from dashboard import desk_form, desk_view, snippets, texts, wiring
from dashboard.desk_view import Click, Pin
from halfhour.clock import local_text, utc_now
from halfhour.dispatching import Candidate
from halfhour.six_orders import Stage
from halfhour.vocabulary import Skill
from services import dispatch, intake

MOST_OFFERED = 5
MOST_REFUSED = 12
Row = Mapping[str, Any]


def draw(person_id: int, row: Row, click: Click | None) -> desk_view.View:
    """Draw the panel for a request at whatever stage it is, and say what the map should show."""
    if st.button(texts.NEW_REQUEST, icon=":material/add:"):
        leave()
        st.rerun()
    _head(row)
    stage = Stage(row["stage"])
    if stage in {Stage.PLACED, Stage.CATALOGUED}:
        return _choose(person_id, row, click, stage)
    if stage in {Stage.DISPATCHED, Stage.ACCEPTED}:
        return _follow(person_id, row, stage)
    st.success(texts.FINISHED, icon=":material/task_alt:")
    return desk_view.working(_on_map(row), ())


def leave() -> None:
    """Go back to the empty form."""
    st.query_params.clear()
    desk_form.finish_turn()


def _head(row: Row) -> None:
    placed = texts.PLACED_AT.format(time=local_text(datetime.fromisoformat(row["placed_at"])))
    notes = (row.get("skill_label") or "", placed)
    number = snippets.short_number(row["number"])
    st.html(
        snippets.request_card(
            number, row.get("text") or "", snippets.short_area(row["area"]), notes
        )
    )
    st.html(snippets.steps(Stage(row["stage"])))


def _choose(person_id: int, row: Row, click: Click | None, stage: Stage) -> desk_view.View:
    pin = _correction(person_id, row, click)
    if stage is Stage.PLACED:
        _classify(person_id, row)
    people = dispatch.candidates(wiring.app(), person_id, row["id"], now=utc_now())
    fit = [person for person in people if not person.reasons][:MOST_OFFERED]
    _offer(person_id, row, fit, click)
    _refused([person for person in people if person.reasons])
    return desk_view.working(_on_map(row), fit, pin=pin)


def _classify(person_id: int, row: Row) -> None:
    skills = list(Skill)
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    skill = left.selectbox(
        texts.SKILL,
        skills,
        index=skills.index(Skill(row["skill"])),
        key=f"classify {row['id']}",
        format_func=lambda s: s.label,
    )
    if right.button(texts.CLASSIFY, width="stretch"):
        intake.classify(wiring.app(), person_id, row["id"], skill=skill, now=utc_now())
        st.rerun()


def _offer(person_id: int, row: Row, fit: list[Candidate], click: Click | None) -> None:
    if not fit:
        st.warning(texts.NOBODY, icon=":material/person_off:")
        return
    by_id = {person.volunteer_id: person for person in fit}
    key = f"who {row['id']}"
    if click and click.op == "person" and int(click.chosen) in by_id:
        st.session_state[key] = int(click.chosen)
    chosen = st.radio(
        texts.WHO_GOES,
        list(by_id),
        key=key,
        format_func=lambda volunteer_id: _who(by_id[volunteer_id]),
        captions=[_about(person) for person in fit],
    )
    best = by_id.get(chosen, fit[0])
    minutes = snippets.minutes_text(best.travel_s)
    label = texts.SEND.format(name=snippets.plain(best.name), minutes=minutes)
    key = f"send {row['id']}"  # the label changes with the choice, the button must not
    if st.button(label, key=key, type="primary", width="stretch", icon=":material/send:"):
        dispatch.dispatch(
            wiring.app(), person_id, row["id"], now=utc_now(), volunteer_id=best.volunteer_id
        )
        st.rerun()


def _who(person: Candidate) -> str:
    return f"**{snippets.plain(person.name)}** · {snippets.minutes_text(person.travel_s)}"


def _about(person: Candidate) -> str:
    skills = "、".join(sorted(skill.label for skill in person.skills))
    load = texts.CARRIES.format(n=person.open_requests) if person.open_requests else texts.NO_LOAD
    return " · ".join(part for part in (person.mode.label, skills, load) if part)


def _refused(people: list[Candidate]) -> None:
    if people:
        with st.expander(texts.AGAINST.format(n=len(people))):
            nearest = sorted(people, key=lambda p: p.travel_s)[:MOST_REFUSED]
            st.html(
                snippets.against_table(
                    (p.name, snippets.minutes_text(p.travel_s), "；".join(p.reasons))
                    for p in nearest
                )
            )


def _correction(person_id: int, row: Row, click: Click | None) -> Pin | None:
    """Offer to move the request to a place that was just clicked on the map."""
    key = f"move {row['id']}"
    if click and click.pin:
        st.session_state[key] = click.pin
    pin: Pin | None = st.session_state.get(key)
    if pin is None:
        return None
    left, right = st.columns([3, 2])
    if left.button(texts.MOVE_HERE.format(snippets.plain(pin.label)), width="stretch"):
        intake.correct(wiring.app(), person_id, row["id"], pin=pin.point, now=utc_now())
        del st.session_state[key]
        st.rerun()
    if right.button(texts.DROP_PIN, width="stretch"):
        del st.session_state[key]
        st.rerun()
    return pin


def _follow(person_id: int, row: Row, stage: Stage) -> desk_view.View:
    app, now = wiring.app(), utc_now()
    minutes = snippets.minutes_text(row["travel_s"]) if row.get("travel_s") else ""
    note = texts.ANSWER.format(minutes=minutes) if stage is Stage.DISPATCHED else texts.GOING
    st.html(snippets.arrival(row.get("volunteer") or "", minutes, note))
    if stage is Stage.DISPATCHED:
        _answers(person_id, row)
    elif st.button(texts.COMPLETE, type="primary", width="stretch", icon=":material/task_alt:"):
        dispatch.complete(app, person_id, row["id"], now=now)
        st.rerun()
    road = dispatch.route(app, person_id, row["id"], now=now)
    return desk_view.going(_on_map(row), road, name=row.get("volunteer") or "", note=note)


def _answers(person_id: int, row: Row) -> None:
    accept, decline = st.columns(2)
    if accept.button(texts.ACCEPT, type="primary", width="stretch", icon=":material/check:"):
        dispatch.accept(wiring.app(), person_id, row["id"], now=utc_now())
        st.rerun()
    with decline.popover(texts.DECLINE, width="stretch"):
        reason = st.radio(texts.DECLINE_REASON, texts.DECLINE_REASONS)
        if st.button(texts.DECLINE, key="decline"):
            dispatch.decline(wiring.app(), person_id, row["id"], now=utc_now(), reason=reason)
            st.rerun()


def _on_map(row: Row) -> dict[str, Any]:
    keys = ("id", "stage", "lon", "lat")
    return {**{key: row.get(key) for key in keys}, "label": row["area"]}
