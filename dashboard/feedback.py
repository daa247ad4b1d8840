"""Errors become sentences on the page, and only there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from halfhour.errors import HalfHourError, UnavailableError
from halfhour.sentences import sentence_for


@contextmanager
def errors_on_page() -> Iterator[None]:
    """Show whatever HalfHour refuses as its Chinese sentence; the page stays usable."""
    try:
        yield
    except UnavailableError as error:
        st.error(sentence_for(error), icon=":material/cloud_off:")
    except HalfHourError as error:
        st.warning(sentence_for(error), icon=":material/info:")
