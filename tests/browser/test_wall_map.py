"""The wall paints the township, keeps its place while it refreshes, and says when it is stale."""

from __future__ import annotations

from playwright.sync_api import Frame, Page, expect

from halfhour.clock import utc_now
from halfhour.places import LonLat
from halfhour.vocabulary import Channel
from services import intake
from tests.browser.served import Site

COUNT_CHANGES = """() => {
    window.changes = 0;
    const counted = (node) => !(node.closest && node.closest('.clock, .state, .row-time'));
    new MutationObserver((all) => {
        window.changes += all.filter((change) => counted(change.target)).length;
    }).observe(document.body, {subtree: true, childList: true, attributes: true});
    const paint = halfhour.symbols.paint;
    halfhour.symbols.paint = function (...given) {
        window.changes++;
        paint.apply(this, given);
    };
}"""
VIEW = "[halfhour.map.getZoom(), halfhour.map.getCenter().lat, halfhour.map.getCenter().lng]"


def painted(page: Page) -> Frame:
    """Wait until the map has its ground and its board."""
    frame = page.frame_locator("iframe[title='streamlit_folium.st_folium']")
    frame.locator("html[data-painted=yes]").wait_for(state="attached")
    inside = next(f for f in page.frames if "streamlit_folium" in f.url)
    inside.wait_for_function("halfhour.board")
    return inside


def colours(frame: Frame) -> int:
    """Count the different colours on the ground's canvas, one pixel in a hundred."""
    return frame.evaluate("""() => {
        const c = document.querySelector('.leaflet-ground-pane canvas');
        const p = c.getContext('2d').getImageData(0, 0, c.width, c.height).data, seen = new Set();
        for (let k = 0; k < p.length; k += 400) seen.add(p[k] << 16 | p[k + 1] << 8 | p[k + 2]);
        return seen.size;
    }""")


TRICK = "家里停电了<img src=x onerror=\"top.document.title='taken'\"> `${1}`"


def place_somewhere(site: Site, frame: Frame) -> int:
    """Commit a request in the middle of the map, from another process than the server's."""
    lat, lon = frame.evaluate("[halfhour.home.getCenter().lat, halfhour.home.getCenter().lng]")
    placed = intake.place(
        site.app,
        site.dispatcher,
        TRICK,
        now=utc_now(),
        channel=Channel.PHONE,
        pin=LonLat(lon, lat),
    )
    return placed.request_id


def test_the_wall_shows_the_township_and_each_level_at_its_zoom(site: Site, open_page) -> None:
    page = open_page("/", width=1920, height=1080)
    frame = painted(page)
    assert colours(frame) > 12
    names = frame.evaluate("halfhour.labels.shown")
    assert sum(name.endswith(("村", "社区")) for name in names) >= 10
    layers = frame.evaluate("Object.keys(halfhour.ground.layers)")
    assert set(layers) == {"townships", "villages", "grids", "cells", "roads", "half_hour"}
    kinds = frame.evaluate("[...new Set(halfhour.symbols.items.map(i => i.key.split(' ')[0]))]")
    assert set(kinds) == {"station", "volunteer", "request"}
    assert frame.locator(".figure").inner_text() == str(
        frame.evaluate("halfhour.board.counts.open")
    )
    box = page.locator("iframe").bounding_box()
    assert (box["width"], box["height"]) == (1920, 1080)
    shows = "halfhour.ground.shows('cells', {scale: 2 ** (halfhour.map.getZoom() - 14)})"
    assert not frame.evaluate(shows)
    frame.evaluate("halfhour.map.setZoom(halfhour.map.getZoom() + 3, {animate: false})")
    assert frame.evaluate(shows)
    assert any(name.endswith("联户") for name in frame.evaluate("halfhour.labels.shown"))


def test_a_new_request_appears_as_it_was_said_and_everything_else_stays(
    site: Site, open_page
) -> None:
    page = open_page("/", width=1366, height=768)
    frame = painted(page)
    request = frame.evaluate(
        "halfhour.board.requests.filter(r => typeof r.lon === 'number').slice(-1)[0]"
    )
    frame.evaluate(
        """(r) => {
        window.stays = true;
        halfhour.moved = true;
        halfhour.map.setView([r.lat, r.lon], halfhour.map.getZoom() + 1.5, {animate: false});
        HalfHour.choose(halfhour, `request ${r.id}`);
    }""",
        request,
    )
    card = frame.locator(".leaflet-popup-content .card-title").inner_text()
    view = frame.evaluate(VIEW)
    new = place_somewhere(site, frame)
    frame.wait_for_function(
        "(id) => halfhour.symbols.items.some(i => i.key === `request ${id}`)", arg=new
    )
    assert frame.evaluate(VIEW) == view
    assert frame.evaluate("window.stays")
    assert frame.locator(".leaflet-popup-content .card-title").inner_text() == card
    assert frame.locator(".pulse").count() == 1
    frame.evaluate("(id) => HalfHour.choose(halfhour, `request ${id}`)", new)
    expect(frame.locator(".card-words").last).to_have_text(TRICK)
    page.goto(f"{site.url}/intake?request={new}")
    expect(page.locator(".request blockquote")).to_have_text(TRICK)
    assert "taken" not in page.title()


def test_nothing_is_redrawn_without_news_and_the_board_stays_without_a_server(
    site: Site, open_page
) -> None:
    page = open_page("/", width=1366, height=768)
    frame = painted(page)
    answers: list[int] = []
    page.on("response", lambda r: answers.append(r.status) if "/live/" in r.url else None)
    frame.evaluate(COUNT_CHANGES)
    for _ in range(3):
        with page.expect_response("**/live/board.json"):
            pass
    if set(answers) == {304}:  # at the turn of a minute shifts are read again
        assert frame.evaluate("window.changes") == 0
    shown = frame.locator(".figure").inner_text()
    page.route("**/live/board.json", lambda route: route.abort())
    frame.locator(".notice").wait_for(state="visible")
    assert "画面停在" in frame.locator(".notice").inner_text()
    assert "stale" in frame.evaluate("document.documentElement.className")
    assert frame.locator(".figure").inner_text() == shown
    page.unroute("**/live/board.json")
    frame.locator(".notice").wait_for(state="hidden")
    assert "stale" not in frame.evaluate("document.documentElement.className")
