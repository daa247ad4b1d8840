"""Every Chinese sentence and word on screen that is not a label of the rules or an error."""

from __future__ import annotations

from typing import Any

PRODUCT = "半小时"
PAGE_TITLE = "半小时 · 基层治理"
WALL_MAP = "指挥大屏"
INTAKE_DESK = "点单台"

SIGN_IN_TITLE = "登录"
SIGN_IN_LEAD = "一句话，找到门；半小时，人到家。"
LOGIN = "账号"
PASSWORD = "密码"  # noqa: S105 — a label
SIGN_IN_BUTTON = "登 录"
SIGN_IN_HELP = "没有账号或忘记密码，请找本镇管理员。"
PASSWORD_TITLE = "修改密码"  # noqa: S105 — a label
PASSWORD_FORCED = "第一次登录，请先换成自己的密码。"  # noqa: S105 — a sentence
OLD_PASSWORD = "现在的密码"  # noqa: S105 — a label
NEW_PASSWORD = "新密码（至少10个字）"  # noqa: S105 — a label
NEW_PASSWORD_AGAIN = "再输一遍新密码"  # noqa: S105 — a label
PASSWORD_BUTTON = "保存新密码"  # noqa: S105 — a label
PASSWORDS_DIFFER = "两次输入的新密码不一样，请重新输入。"
BACK = "返回"
SIGN_OUT = "退出登录"
SIGN_IN_FIRST = "请先登录。"
CHANGE_FIRST = "请先修改初始密码。"
SIGNED_OUT = "登录已过期或已在别处退出，请重新登录。"
SIGN_IN_AGAIN = "重新登录"
NO_PAGE = "您的角色还没有可用的页面，请联系管理员。"

AWAY_PAGE = """<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">
<meta http-equiv="refresh" content="5"><title>稍后再试</title>
<meta name="viewport" content="width=device-width, initial-scale=1"></head>
<body style="font:18px/1.7 'Noto Sans CJK SC','Microsoft YaHei',sans-serif;margin:15vh auto;
max-width:32em;padding:0 1.2em;color:#1d2a2c;background:#f6f4ee">
<h1 style="font-size:1.4em">系统暂时用不了</h1><p>{sentence}</p>
<p>恢复后本页会自动打开，不必反复刷新。</p></body></html>"""

_VOLUNTEER_STATES = {"free": "在岗空闲", "busy": "正在办单", "off": "不在班"}

WALL: dict[str, Any] = {
    "title": "半小时 · 指挥大屏",
    "open": "待办诉求",
    "latest": "最近诉求",
    "nothing_open": "现在没有待办诉求。",
    "on_shift": "在岗志愿者",
    "on_shift_note": "空闲 {free} 人 · 在册 {all} 人",
    "in_time": "今日半小时内到达",
    "in_time_note": "派出 {sent} 单，{in_time} 单按路程半小时内到",
    "in_time_none": "今日尚未派单",
    "half_hour": "半小时服务圈",
    "open_here": "待办诉求",
    "placed": "点单",
    "goes": "前往",
    "minutes": "{n} 分钟",
    "waited_minutes": "{n} 分钟",
    "waited_hours": "{n} 小时",
    "waited_days": "{n} 天",
    "edition": "边界版本",
    "version": "看板",
    "state_live": "已更新",
    "stale_since": "画面停在 {time}",
    "stale_never": "还没有取到数据",
    "signed_out": "登录已过期，请刷新页面重新登录。",
    "server_away": "服务器连接中断，恢复后自动更新。",
    "database_away": "数据库暂时连不上，恢复后自动更新。",
    "zoom_in": "放大",
    "zoom_out": "缩小",
    "whole": "回到全镇",
    "full_screen": "全屏",
    "volunteer_states": _VOLUNTEER_STATES,
    "station_kinds": {
        "command_centre": "综治中心",
        "institute": "实践所",
        "station": "实践站",
        "point": "实践点",
    },
    "sketch": "示意图，边界不作法定依据",
}

DESK_MAP: dict[str, Any] = {}
