"""What stands around every page: the bar with its links and the account menu, and the styles."""

from __future__ import annotations

import html

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from dashboard import assets, texts
from dashboard.gate import PASSWORD, SIGN_OUT
from services.accounts import SignedInPerson

_LANGUAGE = "<script>document.documentElement.lang='zh-CN'</script>"
"""Without it browsers may draw Han characters in their Japanese forms."""


def draw_bar(person: SignedInPerson, pages: list[StreamlitPage]) -> None:
    """Draw the bar. Its account menu is plain links, so it also works with a lost connection."""
    st.html(assets.HERE / "pages.css")
    with st.container(key="bar", horizontal=True, vertical_alignment="center"):
        st.html(f'<span class="brand">{texts.PRODUCT}</span>', width="content")
        for page in pages:
            st.page_link(page, label=page.title)
        st.html(_LANGUAGE, width="content", unsafe_allow_javascript=True)
        st.html(_account_menu(person), width="content")


def _account_menu(person: SignedInPerson) -> str:
    roles = "、".join(dict.fromkeys(role.label for role, _ in person.roles))
    return (
        '<details class="account">'
        f"<summary>{html.escape(person.name)}</summary>"
        f'<div class="account-menu"><p>{html.escape(roles)}</p>'
        f'<a href="{PASSWORD}" target="_self">{texts.PASSWORD_TITLE}</a>'
        f'<a href="{SIGN_OUT}" target="_self">{texts.SIGN_OUT}</a></div></details>'
    )
