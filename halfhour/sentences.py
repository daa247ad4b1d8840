"""One Chinese sentence for each error: what happened, and what to do next.

The terminal and the pages print the same words. Errors themselves are English sentences with
attributes, for logs and for other programs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from halfhour import errors as e

_SENTENCES: dict[type[e.HalfHourError], Callable[[Any], str]] = {
    e.BadCoordinateError: lambda x: (
        f"坐标({x.lon}, {x.lat})不是有效的经纬度。"
        + (
            "看起来经度和纬度写反了，请把经度写在前面。"
            if x.swapped
            else "请检查数值，单位应为度。"
        )
    ),
    e.BadFieldError: lambda x: f"{_field(x.row, x.field)}{x.problem}。{x.remedy}。",
    e.BadFileError: lambda x: f"文件 {x.path}：{x.problem}。{x.remedy}。",
    e.BadCommandError: lambda x: f"命令写得不对：{x.problem}。{x.remedy}。",
    e.MissingCrsError: lambda x: f"{x.what}没有说明坐标系。请用 --crs 指明，例如 EPSG:4490。",
    e.WrongCrsError: lambda x: f"{x.what}的坐标系是{x.found}，这里要用{x.expected}。请先换算。",
    e.ShiftedOutsideChinaError: lambda x: (
        f"坐标（{x.lon}，{x.lat}）不在中国境内，不可能是{x.datum}。请改用 wgs84。"
    ),
    e.BadAreaCodeError: lambda x: (
        f"“{x.code}”不是有效的区划编码。乡镇和村为12位，网格15位，十联户18位，只用数字。"
    ),
    e.BadSettingError: lambda x: f"设置 {x.name}={x.value} 不能用：{x.remedy}。",
    e.NoSuchError: lambda x: f"找不到{x.kind}“{x.key}”，或者不在您的管辖范围内。请核对编号。",
    e.NoPlaceGivenError: lambda _: "这句话里没有说到地点。请问一问：在哪个村、哪个组、谁家附近？",
    e.OutsideTownshipError: lambda x: (
        f"{_where(x.where)}不在本镇辖区内。请核对地点，或转告所属乡镇。"
    ),
    e.AmbiguousPlaceError: lambda x: (
        x.question or f"有几处都符合：{'、'.join(x.names)}。是哪一处？"
    ),
    e.WrongStageError: lambda x: f"这一单现在是“{x.stage}”，不能{x.step}。请刷新后再看。",
    e.AlreadyDispatchedError: lambda _: "这一单刚刚已由别人派出。请刷新后再看。",
    e.VolunteerBusyError: lambda _: (
        "这位志愿者刚刚接到别的单，或手上的单已满。请重新选人，或等其答复后再派。"
    ),
    e.ChangedMeanwhileError: lambda _: "这条记录刚刚被别人改过。请刷新后再试。",
    e.AlreadyThereError: lambda x: f"已经有同样的{x.kind}了，不能重复。请换一个，或先处理原有的。",
    e.NeverChangesError: lambda _: (
        "历史记录、单号和已发布的边界不能改动。如要更正，请新增一条记录或发布新版本。"
    ),
    e.OutOfStepError: lambda x: (
        f"这一改动会使单子与办理记录对不上，没有写入。请刷新重试，仍不行请联系管理员（{x.what}）。"
    ),
    e.NobodyInReachError: lambda x: (
        f"{x.limit_s / 60:g}分钟内没有能派的人赶得到（共考虑{x.available}人）。"
        "请放宽条件、联系邻村，或电话请人先到现场。"
    ),
    e.UnfitVolunteerError: lambda x: f"{x.name}现在不能派：{'；'.join(x.reasons)}。请另选一人。",
    e.NotEntitledError: lambda x: f"您的角色或辖区不允许{x.action}。请联系管理员。",
    e.SignInError: lambda x: (
        f"连续输错密码，账号已锁定，请{x.locked_minutes}分钟后再试，或请管理员重置。"
        if x.locked_minutes
        else "账号或密码不对，请重新输入。"
    ),
    e.BlockedByFindingsError: lambda x: (
        f"检查发现{x.errors}处错误，什么都没有写入。请按表改正后重试。"
    ),
    e.DatabaseUnavailableError: lambda x: f"数据库用不了：{x.problem}。{x.remedy}。",
    e.ProgramFaultError: lambda x: (
        f"程序自身出了错，这一步没有完成（{x.fault}）。请把文件 {x.record} 发给维护人员。"
    ),
    e.NothingImportedError: lambda x: f"还没有{x.what}。请先运行：{x.command}",
}


def sentence_for(error: e.HalfHourError) -> str:
    """
    Say an error in Chinese.

    Raises
    ------
    KeyError
        If a leaf of the tree has no sentence; a test makes sure that none is missing.
    """
    for kind in type(error).__mro__:
        if kind in _SENTENCES:
            return _SENTENCES[kind](error).replace("。。", "。")
    raise KeyError(type(error).__name__)


def _field(row: int | str, field: str) -> str:
    """Name the row of a file and the field in it, as far as there are any."""
    named = "" if field == "-" else f"“{field}”"
    place = (f"第{row}行" if str(row).isdecimal() else "") + named
    return f"{place}：" if place else ""


def _where(where: object) -> str:
    lon, lat = getattr(where, "lon", None), getattr(where, "lat", None)
    where = str(where).removesuffix("不在本乡镇").strip("“”") if lon is None else where
    return f"({lon:.5f}, {lat:.5f})" if lon is not None and lat is not None else f"“{where}”"
