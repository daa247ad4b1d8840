"""Page config and navigation; everything else stands in `dashboard/`."""

from __future__ import annotations

import streamlit as st

from dashboard import assets, frame, navigation, texts
from dashboard.feedback import errors_on_page
from dashboard.session import signed_in_person

st.set_page_config(
    page_title=texts.PAGE_TITLE,
    page_icon=str(assets.HERE / "icon.png"),
    layout="wide",
    initial_sidebar_state="collapsed",
)

with errors_on_page():
    person = signed_in_person()
    pages = navigation.pages_of(person)
    if pages:
        chosen = st.navigation(pages, position="hidden")
        frame.draw_bar(person, pages)
        chosen.run()
    else:
        st.info(texts.NO_PAGE)
