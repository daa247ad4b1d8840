import json
from datetime import time
from pathlib import Path

import pytest
from openpyxl import Workbook

from gis.datum import to_wgs84
from gis.point_files import read_households, read_places, read_stations, read_volunteers
from halfhour.errors import BadFileError
from halfhour.places import LonLat
from halfhour.vocabulary import Datum, Skill, StationKind, TravelMode

VOLUNTEERS = """编号,姓名,手机,经度,纬度,出行方式,特长,班次,接单上限,队伍
V1,冉光学,138 0013-8000,107.93,28.24,摩托车,电工、水暖,1-5 08:00-18:00,2,一队
V2,罗小兰,,107.94,28.25,,,,,
"""
HOUSEHOLDS = """id,cell_code,group,head,nickname,plate,card,phone,lon,lat,residents,vulnerable
H1,522626103201004012,三组,冉木匠,老冉,上坝12号,K001,13800138000,107.93,28.24,4,独居老人|残疾
H2,,,,,,,,,,,
"""


def written(folder: Path, name: str, text: str, encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "utf-16"])
def test_a_roster_is_read_in_any_encoding(tmp_path: Path, encoding: str) -> None:
    table = read_volunteers(written(tmp_path, "v.csv", VOLUNTEERS, encoding))
    assert table.findings == ()
    first, second = table.frame.to_dict("records")
    assert first == {
        "id": "V1",
        "name": "冉光学",
        "phone": "13800138000",
        "mode": TravelMode.MOTORCYCLE,
        "skills": frozenset({Skill.ELECTRICITY, Skill.PLUMBING}),
        "shifts": tuple((day, time(8), time(18)) for day in range(1, 6)),
        "load_limit": 2,
        "team": "一队",
        "point": LonLat(107.93, 28.24),
    }
    assert second["mode"] is TravelMode.WALK
    assert second["load_limit"] == 3
    assert second["shifts"] == ()
    assert table.frame.index.tolist() == [2, 3]


@pytest.mark.parametrize("separator", [";", "\t"])
def test_other_separators_are_found_out(tmp_path: Path, separator: str) -> None:
    text = VOLUNTEERS.replace(",", separator)
    assert len(read_volunteers(written(tmp_path, "v.csv", text)).frame) == 2


def test_a_title_above_the_headings_is_passed_over(tmp_path: Path) -> None:
    path = written(tmp_path, "v.csv", "青溪镇志愿者名册,,\n2026年11月,,\n" + VOLUNTEERS)
    assert read_volunteers(path).frame.index.tolist() == [4, 5]


def test_an_excel_sheet_is_read_with_its_numbers_as_text(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    for row in (
        ["户号", "户主", "联系电话", "经度", "纬度", "家庭人口", "十联户编码"],
        [12, "冉木匠", 13800138000, 107.93, 28.24, 4, 522626103201004],
        [None, None, None, None, None, None, None],
    ):
        sheet.append(row)
    book.save(tmp_path / "h.xlsx")
    (household,) = read_households(tmp_path / "h.xlsx").frame.to_dict("records")
    assert household["id"] == "12"
    assert household["phone"] == "13800138000"
    assert household["residents"] == 4
    assert household["cell_code"] == "522626103201004"


def test_households_may_know_little(tmp_path: Path) -> None:
    table = read_households(written(tmp_path, "h.csv", HOUSEHOLDS))
    first, second = table.frame.to_dict("records")
    assert first["vulnerable"] == ("独居老人", "残疾")
    assert first["point"] == LonLat(107.93, 28.24)
    assert (second["point"], second["residents"], second["vulnerable"]) == (None, None, ())


def test_stations_have_a_kind(tmp_path: Path) -> None:
    text = "类型,名称,经度,纬度,村编码,开放时间\n实践站,上坝村实践站,107.9,28.2,522626103201,全天\n"
    (station,) = read_stations(written(tmp_path, "s.csv", text)).frame.to_dict("records")
    assert station["kind"] is StationKind.STATION
    assert station["village_code"] == "522626103201"


def test_points_of_a_map_page_are_brought_to_wgs84(tmp_path: Path) -> None:
    path = written(tmp_path, "v.csv", VOLUNTEERS)
    table = read_volunteers(path, datum=Datum.GCJ02)
    assert table.frame["point"].iloc[0] == to_wgs84(107.93, 28.24, Datum.GCJ02)


def test_places_are_read_from_geojson(tmp_path: Path) -> None:
    features = [
        {
            "type": "Feature",
            "properties": {"osm_node": 7, "place": "hamlet", "name": "Aixàs", "alt_name": "A;B"},
            "geometry": {"type": "Point", "coordinates": [1.46, 42.48]},
        },
        {"type": "Feature", "properties": {"name": "nowhere"}, "geometry": None},
    ]
    path = written(tmp_path, "p.geojson", json.dumps({"features": features}))
    table = read_places(path)
    (place,) = table.frame.to_dict("records")
    assert place == {
        "id": "7",
        "name": "Aixàs",
        "aliases": ("A", "B"),
        "kind": "hamlet",
        "point": LonLat(1.46, 42.48),
    }
    assert "第2行“经度、纬度”：没有填" in table.findings[0].sentence


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("姓名", "", "没有填"),
        ("手机", "没有", "不是电话号码"),
        ("出行方式", "飞机", "步行、电动车、摩托车、汽车"),
        ("特长", "电工、唱歌", "不认识“唱歌”"),
        ("班次", "随时", "1-5 08:00-18:00"),
        ("接单上限", "两个", "不是整数"),
        ("经度", "东经107", "不是数字"),
        ("经度", "", "不是数字"),
        ("纬度", "128.24", "不是中国境内"),
    ],
)
def test_a_bad_field_is_named_with_its_row_and_remedy(
    tmp_path: Path, field: str, value: str, words: str
) -> None:
    headings, first, second, _ = VOLUNTEERS.split("\n")
    fields = dict(zip(headings.split(","), first.split(","), strict=True)) | {field: value}
    text = "\n".join([headings, ",".join(fields.values()), second])
    table = read_volunteers(written(tmp_path, "v.csv", text), datum=Datum.GCJ02)
    (finding,) = table.findings
    assert finding.codes == ("2",)
    assert finding.sentence.startswith("第2行")
    assert words in finding.sentence
    assert table.frame["name"].tolist() == ["罗小兰"]


def test_swapped_columns_are_recognised(tmp_path: Path) -> None:
    text = VOLUNTEERS.replace("经度,纬度", "纬度,经度")
    findings = read_volunteers(written(tmp_path, "v.csv", text)).findings
    assert len(findings) == 2
    assert all("写反了" in finding.sentence for finding in findings)


def test_all_faults_of_a_row_are_told_at_once(tmp_path: Path) -> None:
    text = VOLUNTEERS.replace("V2,罗小兰,,", "V2,,没有,")
    assert [f.codes for f in read_volunteers(written(tmp_path, "v.csv", text)).findings] == [
        ("3",),
        ("3",),
    ]


def test_a_number_given_twice_keeps_the_first_row(tmp_path: Path) -> None:
    table = read_volunteers(written(tmp_path, "v.csv", VOLUNTEERS.replace("V2", "V1")))
    assert "第3行与第2行重复" in table.findings[0].sentence
    assert table.frame["name"].tolist() == ["冉光学"]


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("missing.csv", None, "不存在"),
        ("v.docx", "x", "格式"),
        ("v.csv", "甲,乙\n1,2\n", "没有认得的列名"),
        ("v.csv", "编号,姓名,经度,纬度\n", "没有内容"),
        ("v.csv", "编号,姓名\n1,张三\n", "缺少列：lon/经度、lat/纬度"),
        ("v.geojson", "{", "不是完整的 GeoJSON"),
        ("v.xlsx", "no workbook", "Excel打不开"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(
    tmp_path: Path, name: str, text: str | None, words: str
) -> None:
    path = tmp_path / name if text is None else written(tmp_path, name, text)
    with pytest.raises(BadFileError, match=words):
        read_volunteers(path)
