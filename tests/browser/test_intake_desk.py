"""From a sentence to somebody on the way, as a dispatcher does it; also on a phone."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect
from playwright.sync_api import TimeoutError as NotSeenError

from dashboard import texts
from halfhour.vocabulary import Role
from services import demo
from tests.browser.served import Site


def say(page: Page, words: str) -> None:
    page.get_by_label(texts.WORDS).fill(words)
    page.get_by_role("button", name=texts.FIND_PLACE).click()


def press(page: Page, name: str | re.Pattern[str], *, until: Locator) -> None:
    """
    Press a button as a person does: again, if nothing happens.

    On a server that has just started, a press may meet the page's own refresh and be dropped.
    """
    button = page.get_by_role("button", name=name, exact=isinstance(name, str))
    button.wait_for()
    for _ in range(3):
        if button.is_visible():
            button.click()
        try:
            until.wait_for(timeout=12_000)
        except NotSeenError:
            continue
        return
    expect(until).to_be_visible()


def map_ready(page: Page) -> None:
    frame = page.frame_locator("iframe[title='streamlit_folium.st_folium']")
    frame.locator("html[data-painted=yes]").wait_for(state="attached")


def test_a_sentence_becomes_somebody_on_the_way(site: Site, open_page) -> None:
    page = open_page("/intake")
    say(page, demo.sentence(site.app, site.dispatcher))
    expect(page.locator(".place.found")).to_be_visible()
    expect(page.locator(".place.found")).to_contain_text("把握")
    press(page, texts.SAVE, until=page.get_by_text(texts.WHO_GOES))
    press(page, re.compile("^派单"), until=page.locator(".arrival strong"))
    expect(page.locator(".arrival strong")).to_have_text(re.compile(r"^\d+分钟$"))
    map_ready(page)
    inside = next(f for f in page.frames if "streamlit_folium" in f.url)
    inside.wait_for_function("halfhour.symbols.line && halfhour.symbols.line.points.length > 1")
    press(page, texts.ACCEPT, until=page.get_by_role("button", name=texts.COMPLETE))
    press(page, texts.COMPLETE, until=page.get_by_text(texts.FINISHED))


def test_words_without_a_place_are_asked_back_until_the_map_is_clicked(
    site: Site, open_page
) -> None:
    page = open_page("/intake")
    say(page, "帮帮忙")
    expect(page.locator(".place.ask")).to_be_visible()
    expect(page.get_by_role("button", name=texts.SAVE, exact=True)).to_be_disabled()
    map_ready(page)
    box = page.locator("iframe").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page.get_by_text(texts.PINNED)).to_be_visible()
    press(page, texts.SAVE, until=page.locator(".request blockquote"))
    expect(page.locator(".request blockquote")).to_have_text("帮帮忙")


def test_a_phone_needs_no_sideways_scroll(site: Site, open_page) -> None:
    page = open_page("/intake", width=360, height=740)
    for path in ("/intake", "/"):
        page.goto(site.url + path)
        map_ready(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, path


def test_a_page_that_is_not_ones_own_does_not_exist(site: Site, open_page) -> None:
    page = open_page("/intake", role=Role.COMMITTEE)
    expect(page.get_by_text(texts.NO_PAGE)).to_be_visible()
    expect(page.get_by_label(texts.WORDS)).to_have_count(0)
