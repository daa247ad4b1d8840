"""点单台: a sentence becomes a request in the right place, and somebody is on the way."""

from __future__ import annotations

import streamlit as st
from streamlit_folium import st_folium

from dashboard import desk_dispatch, desk_form, desk_list, desk_view, layers, texts, wiring
from dashboard.feedback import errors_on_page
from dashboard.session import signed_in_person
from services import wall_map

MAP_KEY = "desk_map"


def show() -> None:
    """Draw the form or the chosen request on the left, the map and today's list on the right."""
    person_id = signed_in_person().person_id
    revision = wall_map.map_revision(wiring.app(), person_id)
    click = _new_click()
    chosen = _chosen()
    left, right = st.columns([5, 8], gap="medium")
    view = desk_view.drafting((), pin=None, asked="")
    with left, st.container(key="desk"), errors_on_page():
        if chosen is None:
            st.subheader(texts.NEW_REQUEST, anchor=False)
            view = desk_form.draw(person_id, revision, click)
        else:
            view = desk_dispatch.draw(person_id, desk_list.row_of(person_id, chosen), click)
    with right:
        with st.container(key="deskmap"):
            st_folium(
                layers.desk_map(revision),
                feature_group_to_add=layers.command("showDesk", view),
                key=MAP_KEY,
                returned_objects=[],
                use_container_width=True,
                height=440,
            )
        desk_list.draw(person_id, chosen)


def _chosen() -> int | None:
    text = st.query_params.get("request", "")
    return int(text) if text.isdecimal() else None


def _new_click() -> desk_view.Click | None:
    click = desk_view.read_click(
        st.session_state.get(MAP_KEY), st.session_state.get("desk_click_seq", 0)
    )
    if click:
        st.session_state["desk_click_seq"] = click.seq
    return click
