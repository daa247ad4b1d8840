"""Maps ask nobody but us, say the same thing on every run, and cannot be broken by words."""

from __future__ import annotations

import json
import re

import folium
import folium.plugins
import pytest
from folium.elements import JSCSSMixin
from streamlit_folium import generate_leaflet_string

from dashboard import assets, layers, palette, texts
from dashboard.vendor import VENDOR, VENDOR_FOLDER, copy_vendor, missing_files
from halfhour.six_orders import Stage
from halfhour.vocabulary import StationKind


def script_of(drawn: folium.Map) -> str:
    drawn.get_root().render()
    return generate_leaflet_string(drawn)


@pytest.mark.parametrize("draw", [layers.wall_map, layers.desk_map])
def test_a_map_names_no_other_host(draw) -> None:
    assert "//" not in script_of(draw("7-abc"))
    files = [
        url
        for child in [folium.Map, *draw("7-abc")._children.values()]
        for url in [u for _, u in [*child.default_js, *child.default_css]]
    ]
    assert files
    assert all(re.match(r"/(vendor|script)/", url) for url in files)


@pytest.mark.parametrize("draw", [layers.wall_map, layers.desk_map])
def test_a_map_is_the_same_text_until_the_boundaries_change(draw) -> None:
    first, again, published = (
        script_of(draw(revision)) for revision in ("7-abc", "7-abc", "8-abc")
    )
    assert first == again
    hashless = re.compile(r"_[a-z0-9]+")
    assert hashless.sub("", first) != hashless.sub("", published)


def test_a_folium_class_whose_files_we_lack_refuses_in_python() -> None:
    assets.use_local_assets()
    drawn = folium.Map(tiles=None)
    folium.plugins.HeatMap([[27.9, 107.2]]).add_to(drawn)
    with pytest.raises(assets.NotServedHereError, match=r"dashboard/vendor\.py"):
        drawn.get_root().render()


def test_no_folium_class_keeps_an_outside_address() -> None:
    assets.use_local_assets()
    for cls in assets._descendants(JSCSSMixin):
        for attribute in ("default_js", "default_css"):
            files = cls.__dict__.get(attribute, [])
            assert isinstance(files, assets._Closed) or all("//" not in url for _, url in files)


@pytest.mark.parametrize(
    "words", ["</script><b>", "' + alert(1) + '", "`${x}`", "{{ 'a' }}", "&lt;"]
)
def test_words_of_people_stay_words_in_a_command(words: str) -> None:
    text = layers.script_text({"label": words})
    assert not set(text) & set("<>&'")
    assert json.loads(text) == {"label": words}


def test_every_stage_and_station_has_a_shape_and_a_colour_of_its_own() -> None:
    for style in (palette.wall_style(), palette.desk_style()):
        stages = [style["stages"][stage.value] for stage in Stage if stage.open]
        assert (
            len({look["shape"] for look in stages}) == len({look["fill"] for look in stages}) == 4
        )
        assert set(style["stations"]) == {kind.value for kind in StationKind}
        assert set(style["volunteers"]) == set(texts.WALL["volunteer_states"])


def test_everything_the_browser_needs_is_there_and_unchanged() -> None:
    assert missing_files() == []
    assert all((assets.HERE / name).is_file() for name in assets.OWN_FILES)


def test_a_changed_or_missing_file_of_others_is_noticed(tmp_path) -> None:
    for package in VENDOR:
        copied = tmp_path / "modules" / package.name
        for source, target in package.targets():
            (copied / source).parent.mkdir(parents=True, exist_ok=True)
            (copied / source).write_bytes((VENDOR_FOLDER / package.folder / target).read_bytes())
        (copied / "package.json").write_text(json.dumps({"version": package.version}))
    folder = tmp_path / "vendor"
    copy_vendor(tmp_path / "modules", folder)
    assert missing_files(folder) == []
    (folder / "leaflet-1.9.4" / "leaflet.js").write_text("changed")
    (folder / "leaflet-1.9.4" / "leaflet.css").unlink()
    assert missing_files(folder) == ["leaflet-1.9.4/leaflet.js", "leaflet-1.9.4/leaflet.css"]


def test_no_file_of_ours_names_another_host() -> None:
    for name in [*assets.OWN_FILES, "pages.css", "sign_in.html"]:
        if not name.endswith(".png"):
            text = (assets.HERE / name).read_text("utf-8").replace("http://www.w3.org/2000/svg", "")
            assert not re.search(r"https?://|url\(\s*['\"]?//", text), name
