"""Which pages does somebody have? A page not listed does not exist for them."""

from __future__ import annotations

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from dashboard import texts
from dashboard.pages import intake_desk, wall_map
from halfhour.six_orders import WHO_MAY, Step
from halfhour.vocabulary import Role
from services.accounts import SignedInPerson

_WALL_ROLES = frozenset(
    {
        Role.DISPATCHER,
        Role.GRID_CHIEF,
        Role.GRID_WORKER,
        Role.ADMINISTRATOR,
    }
)


def pages_of(person: SignedInPerson) -> list[StreamlitPage]:
    """List the pages of a person's roles; the first is where they start."""
    held = {role for role, _ in person.roles}
    pages = []
    if held & _WALL_ROLES:
        pages.append(st.Page(wall_map.show, title=texts.WALL_MAP, url_path="wall", default=True))
    if held & WHO_MAY[Step.PLACE]:
        pages.append(
            st.Page(intake_desk.show, title=texts.INTAKE_DESK, url_path="intake", default=not pages)
        )
    return pages
