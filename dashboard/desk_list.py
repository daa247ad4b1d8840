"""Today's requests with their stage. A row opens the request; the list refreshes by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import streamlit as st

from dashboard import palette, snippets, texts, wiring
from dashboard.feedback import errors_on_page
from halfhour.clock import LOCAL_ZONE, utc_now
from halfhour.errors import NoSuchError
from halfhour.six_orders import Stage
from services import requests

REFRESH_S = 5
MOST_ROWS = 30
Row = Mapping[str, Any]


@st.fragment(run_every=REFRESH_S)
def draw(person_id: int, chosen: int | None) -> None:
    """List the requests, those waiting longest to be sent first."""
    with errors_on_page():
        rows = requests.listing(wiring.app(), person_id, now=utc_now())
        with st.container(key="list_head", horizontal=True, vertical_alignment="center"):
            st.markdown(f"#### {texts.TODAY}")
            shown = st.segmented_control(
                texts.TODAY,
                [texts.FILTER_OPEN, texts.FILTER_ALL],
                default=texts.FILTER_OPEN,
                label_visibility="collapsed",
                key="list_filter",
            )
        wanted = [row for row in rows if shown == texts.FILTER_ALL or Stage(row["stage"]).open]
        _rows(wanted, chosen)


def row_of(person_id: int, request_id: int) -> Row:
    """
    Read one request as the list has it.

    Raises
    ------
    NoSuchError
        If there is none of that number today, or it is not this person's to see.
    """
    for row in requests.listing(wiring.app(), person_id, now=utc_now()):
        if row["id"] == request_id:
            return row
    raise NoSuchError("单", request_id)


def _rows(rows: Sequence[Row], chosen: int | None) -> None:
    if not rows:
        st.info(texts.NO_REQUESTS, icon=":material/inbox:")
    with st.container(key="list", gap=None):
        for row in rows[:MOST_ROWS]:
            _row(row, chosen)
    if len(rows) > MOST_ROWS:
        st.caption(texts.MORE.format(n=len(rows) - MOST_ROWS))


def _row(row: Row, chosen: int | None) -> None:
    stage = Stage(row["stage"])
    time = datetime.fromisoformat(row["placed_at"]).astimezone(LOCAL_ZONE)
    who = f" · {snippets.plain(row['volunteer'])}" if row.get("volunteer") else ""
    number, where = (
        snippets.short_number(row["number"]),
        snippets.plain(snippets.short_area(row["area"])),
    )
    mark = palette.STAGE_MARKS[stage]
    label = f"{mark} **{stage.label}** {number} · {where}{who} · {time:%H:%M}"
    here = row["id"] == chosen
    if st.button(
        label, key=f"row {row['id']}", type="secondary" if here else "tertiary", width="stretch"
    ):
        st.query_params["request"] = str(row["id"])
        st.rerun()
