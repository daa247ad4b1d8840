"""The words of the field, each with its Chinese label for the screen.

Members carry an English `value`, which is what the database, the command line and URLs use,
and a `label`, which is what people read.
"""

from __future__ import annotations

from enum import IntEnum, StrEnum


class Level(IntEnum):
    """One of the four levels of the hierarchy (层级), largest first."""

    TOWNSHIP = 1
    VILLAGE = 2
    GRID = 3
    CELL = 4

    @property
    def label(self) -> str:
        """The usual Chinese name; a township may call its levels otherwise."""
        return ("乡镇", "村(社区)", "网格", "十联户")[self - 1]


class _Labelled(StrEnum):
    """A string enumeration whose members carry a Chinese label."""

    label: str

    def __new__(cls, value: str, label: str = "") -> _Labelled:
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member


class Role(_Labelled):
    """What somebody may do (角色), always inside one polygon of the hierarchy."""

    RESIDENT = "resident", "群众"
    CELL_LEAD = "cell_lead", "联户长"
    GRID_WORKER = "grid_worker", "网格员"
    GRID_CHIEF = "grid_chief", "网格长"
    VOLUNTEER = "volunteer", "志愿者"
    DISPATCHER = "dispatcher", "派单员"
    DEPARTMENT = "department", "部门"
    PLANNER = "planner", "规划员"
    COMMITTEE = "committee", "党委"
    ADMINISTRATOR = "administrator", "管理员"


class TravelMode(_Labelled):
    """How somebody travels (出行方式)."""

    WALK = "walk", "步行"
    E_BIKE = "e_bike", "电动车"
    MOTORCYCLE = "motorcycle", "摩托车"
    CAR = "car", "汽车"


class StationKind(_Labelled):
    """The 1+15+N practice sites, and where the wall map hangs (阵地)."""

    INSTITUTE = "institute", "实践所"
    STATION = "station", "实践站"
    POINT = "point", "实践点"
    COMMAND_CENTRE = "command_centre", "综治中心"


class Channel(_Labelled):
    """How a request came in (来源渠道)."""

    PHONE = "phone", "电话"
    WECHAT = "wechat", "微信"
    SMS = "sms", "短信"
    PAPER = "paper", "纸质"
    VISIT = "visit", "走访"
    HOTLINE_12345 = "12345", "12345热线"
    GRID = "grid", "网格上报"
    APP = "app", "小程序"
    DESK = "desk", "窗口"


class Datum(_Labelled):
    """What a pair of degrees is measured on (坐标基准)."""

    WGS84 = "wgs84", "WGS-84"
    CGCS2000 = "cgcs2000", "国家2000"
    GCJ02 = "gcj02", "火星坐标"
    BD09 = "bd09", "百度坐标"


class EditionState(_Labelled):
    """Life of a set of boundaries (边界版本)."""

    DRAFT = "draft", "草稿"
    PUBLISHED = "published", "发布"
    RETIRED = "retired", "停用"


class Severity(_Labelled):
    """How grave a finding of a check is. Only errors stand in the way of an import."""

    ERROR = "error", "错误"
    WARNING = "warning", "提醒"


class Precision(_Labelled):
    """How finely a place is known (定位精度), best first."""

    A = "A", "到户"
    B = "B", "到点位"
    C = "C", "到十联户或村民组"
    D = "D", "到网格"
    E = "E", "只到村"

    @classmethod
    def for_level(cls, level: str) -> Precision:
        """Say how fine a gazetteer entry of some level is; unknown levels count as coarse."""
        return cls(_PRECISION_OF_LEVEL.get(level, "E"))


_PRECISION_OF_LEVEL = {
    "household": "A",
    "house_number": "A",
    "card": "A",
    "pole": "B",
    "landmark": "B",
    "cell": "C",
    "group": "C",
    "grid": "D",
    "village": "E",
}


class Answer(_Labelled):
    """What the locator says about a sentence (定位结论)."""

    FOUND = "found", "已定位"
    AMBIGUOUS = "ambiguous", "需追问"
    OUTSIDE = "outside", "辖区外"
    NONE = "none", "未提及地点"


class Skill(_Labelled):
    """What a volunteer can do (技能)."""

    GENERAL = "general", "综合帮扶"
    ELECTRICITY = "electricity", "电工"
    PLUMBING = "plumbing", "水暖"
    MEDICAL = "medical", "医护"
    CARE = "care", "助老陪护"
    MEDIATION = "mediation", "矛盾调解"
    RESCUE = "rescue", "应急抢险"
    REPAIR = "repair", "房屋维修"
    TRANSPORT = "transport", "用车"
    TEACHING = "teaching", "课业辅导"
