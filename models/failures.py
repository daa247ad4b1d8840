"""What a refusal or failure of the database means in our words. Translated once, here."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm.exc import StaleDataError

from halfhour.errors import (
    AlreadyDispatchedError,
    AlreadyThereError,
    BadFieldError,
    ChangedMeanwhileError,
    DatabaseUnavailableError,
    HalfHourError,
    NeverChangesError,
    NotEntitledError,
    OutOfStepError,
    VolunteerBusyError,
)

_TAKEN = {
    "uq_accounts_login": "登录名",
    "pk_accounts": "账号",
    "uq_stations_township_code_name": "阵地",
    "uq_households_township_code_reference": "户",
    "uq_teams_township_code_name": "队伍",
    "uq_boundary_editions_one_draft": "边界草稿",
    "uq_boundary_editions_one_published": "已发布的边界",
    "uq_areas_edition_id_code_township_code": "区划编码",
    "pk_gazetteer_entries": "地名编号",
    "pk_volunteers": "志愿者",
}
_OUT_OF_RANGE = {
    "ck_areas_valid_shape": ("区域图形", "请先修复自相交等问题"),
    "ck_accounts_lower_case_login": ("登录名", "请用小写字母和数字"),
    "ck_households_people_are_counted": ("人数", "请填0或以上的整数"),
    "ck_requests_something_is_asked": ("诉求内容", "请写下群众的原话"),
    "ck_role_grants_ends_after_it_begins": ("授权期限", "结束时间应晚于开始时间"),
    "ck_volunteers_sensible_load": ("同时接单上限", "请填1到20之间的整数"),
}
_UNFIT_TEXT = {"22001", "22021", "22P05", None}
"""Too long, wrong bytes, or (without a state) refused by the driver: a zero byte."""

_REMEDIES = {
    "08": ("连不上数据库", "请确认数据库在运行（halfhour db start）"),
    "25P03": ("这次操作停留太久，连接已收回", "请重新打开后再做一次"),
    "28": ("数据库不认这个用户或密码", "请核对 HALFHOUR_DATABASE_URL"),
    "3D": ("没有这个数据库", "请核对 HALFHOUR_DATABASE_URL，或先建库"),
    "3F": ("数据库里还没有建表", "请运行 halfhour db migrate"),
    "40": ("两处同时改了同一条记录", "请再试一次"),
    "42P01": ("数据库里还没有建表，或版本太旧", "请运行 halfhour db migrate"),
    "53100": ("数据库所在磁盘已满", "请清理磁盘后再试，已提交的数据不会丢"),
    "53": ("数据库资源用尽（内存或连接数）", "请稍后再试，或请管理员调大上限"),
    "55P03": ("这条记录正被别人处理", "请稍后再试"),
    "57014": ("这次查询用时过长，已停下", "请缩小范围后再试"),
    "57": ("数据库正在关闭或重启", "请稍等几秒再试"),
    "58": ("数据库读写磁盘出错", "请管理员检查磁盘与日志"),
    "XX": ("数据库文件可能损坏", "请管理员查看日志，必要时从备份恢复"),
}


def on_error(context: ExceptionContext) -> HalfHourError | None:
    """Translate a driver's error for the engine, which raises the answer instead; None keeps it."""
    original = context.original_exception
    if context.is_pre_ping:
        return None  # the pool asks whether a connection still lives, and makes another
    return translated(original) if isinstance(original, psycopg.Error) else None


@contextmanager
def in_our_words() -> Iterator[None]:
    """Translate what the session itself raises: stale rows, a pool that is used up."""
    try:
        yield
    except (SQLAlchemyError, psycopg.Error) as error:
        meaning = translated(error)
        if meaning is None:
            raise
        raise meaning from error


def translated(error: BaseException) -> HalfHourError | None:
    """Say what an error of the database means; None if it is a mistake in our own program."""
    if isinstance(error, StaleDataError):
        return ChangedMeanwhileError()
    if isinstance(error, PoolTimeoutError):
        return DatabaseUnavailableError("数据库连接都在忙", "请稍等几秒再试")
    if isinstance(error, psycopg.errors.UniqueViolation):
        return _taken(error)
    if isinstance(error, psycopg.Error):
        return _bad_input(error) or _rule(error) or _unavailable(error)
    return None


def _bad_input(error: psycopg.Error) -> HalfHourError | None:
    constraint = error.diag.constraint_name
    if constraint in _OUT_OF_RANGE:
        field, remedy = _OUT_OF_RANGE[constraint]
        return BadFieldError("-", field, "不合要求", remedy)
    if isinstance(error, psycopg.DataError) and error.sqlstate in _UNFIT_TEXT:
        return BadFieldError("-", "内容", "太长，或含有无法保存的字符", "请改短或改正")
    return None


def _unavailable(error: psycopg.Error) -> HalfHourError | None:
    state = error.sqlstate or ""
    for prefix in (state, state[:2]):
        if prefix in _REMEDIES:
            return DatabaseUnavailableError(*_REMEDIES[prefix])
    if isinstance(error, psycopg.OperationalError):
        return DatabaseUnavailableError(*_REMEDIES["08"])
    return None


def _rule(error: psycopg.Error) -> HalfHourError | None:
    state = error.sqlstate or ""
    if state == "HH003":
        return VolunteerBusyError()
    if state in {"HH001", "HH002"}:
        return NeverChangesError(str(error).splitlines()[0])
    if state == "HH004":
        return OutOfStepError(str(error).splitlines()[0])
    if state in {"HH005", "42501"}:
        return NotEntitledError("这样做")
    return None


def _taken(error: psycopg.errors.UniqueViolation) -> HalfHourError | None:
    constraint = error.diag.constraint_name or ""
    if constraint == "uq_offers_one_active_per_request":
        return AlreadyDispatchedError()
    if constraint == "uq_offers_one_unanswered_per_volunteer":
        return VolunteerBusyError()
    if constraint == "uq_request_events_request_id_seq_township_code":
        return ChangedMeanwhileError()
    return AlreadyThereError(_TAKEN[constraint]) if constraint in _TAKEN else None
