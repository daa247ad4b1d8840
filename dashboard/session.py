"""Who is at this browser? Read from the cookie on every run of a page."""

from __future__ import annotations

import streamlit as st

from dashboard import texts, wiring
from dashboard.gate import COOKIE, SIGN_IN
from halfhour.clock import utc_now
from halfhour.errors import SignInError
from services import accounts


def signed_in_person() -> accounts.SignedInPerson:
    """Give the person of this session, or end the run with a way back to the sign-in page."""
    try:
        return accounts.person_of(wiring.app(), _token(), now=utc_now())
    except SignInError:
        st.warning(texts.SIGNED_OUT)
        st.html(f'<a href="{SIGN_IN}" target="_self">{texts.SIGN_IN_AGAIN}</a>')
        st.stop()


def _token() -> str:
    token: str = st.context.cookies.get(COOKIE, "")
    if not token:
        raise SignInError
    return token
