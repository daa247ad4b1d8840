"""What is drawn is lighter than what is stored, and neighbours still touch."""

import json

import shapely

from gis.drawing import feature, feature_collection, label_point, light_areas
from halfhour.vocabulary import Level
from tests.builders import a_tiling


def test_levels_keep_their_common_borders() -> None:
    areas = a_tiling()
    cells = areas[areas["level"] == Level.CELL]
    shapes = {
        code: shape
        for level in Level
        for code, shape in light_areas(areas[areas["level"] == level], cells).items()
    }
    assert set(shapes) == set(areas["code"])
    for level in (Level.VILLAGE, Level.GRID, Level.CELL):
        of_level = [shapes[code] for code in areas.loc[areas["level"] == level, "code"]]
        assert shapely.coverage_is_valid(of_level)
        assert shapely.union_all(of_level).equals(shapes[areas["code"].iloc[0]])


def test_features_have_short_coordinates_and_chinese_as_it_is() -> None:
    square = shapely.box(107.123456789, 28.1, 107.2, 28.2)
    text = feature_collection([feature(square, name="上坝村")]).decode()
    assert "上坝村" in text
    (drawn,) = json.loads(text)["features"]
    assert drawn["geometry"]["coordinates"][0][0][0] in {107.123457, 107.2}
    assert square.contains(shapely.Point(label_point(square)))
