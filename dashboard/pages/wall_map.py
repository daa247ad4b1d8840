"""指挥大屏: the township at a glance. All of it is drawn and refreshed in the browser."""

from __future__ import annotations

import streamlit as st
from streamlit_folium import st_folium

from dashboard import layers, wiring
from dashboard.session import signed_in_person
from services import wall_map


def show() -> None:
    """Draw the constant map once; its data comes by `/geo` and `/live` as this person."""
    revision = wall_map.map_revision(wiring.app(), signed_in_person().person_id)
    with st.container(key="wall"):
        st_folium(layers.wall_map(revision), key="wall_map", returned_objects=[], height=900)
