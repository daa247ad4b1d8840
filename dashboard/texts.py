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
    "in_time_note": "派出 {sent} 单，{in_time} 单从点单到上门不超过半小时（按路程推算）",
    "in_time_none": "今日尚未派单",
    "half_hour": "半小时服务圈",
    "open_here": "待办诉求",
    "placed": "点单",
    "goes": "前往",
    "minutes": "{n} 分钟",
    "waited_none": "刚刚",
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
    "no_point": "只知道范围",
}

DESK_MAP: dict[str, Any] = {
    "hint": "点地图可指定位置",
    "going": "行",
    "zoom_in": "放大",
    "zoom_out": "缩小",
    "whole": "回到全镇",
}

NEW_REQUEST = "新的一单"
WORDS = "群众怎么说"
WORDS_HINT = "例如：我是桐木村三组的，我家老人摔倒了起不来，在村小学下面那栋"
FIND_PLACE = "找地点"
CHANNEL = "来源"
REPORTER_VILLAGE = "报事人所在村"
NOT_KNOWN = "不清楚"
PHONE = "联系电话"
PHONE_HINT = "选填"
FOUND = "找到了"
ASK_BACK = "请问一句"
CHOOSE_ONE = "选对应的一处，或在地图上点选"
OTHER_PLACES = "如果不对，改选一处，或在地图上点选"
OUTSIDE = "不在本镇"
OUTSIDE_HELP = "句子里的地点不在本镇辖区。请核对，或在地图上点选。"
NO_PLACE = "没有说到地点"
NO_PLACE_HELP = "请问一问：在哪个村、哪个组、谁家附近？也可以直接在地图上点选。"
PINNED = "以地图点选为准"
PIN_OUTSIDE = "本镇以外"
DROP_PIN = "取消点选"
PRECISION = "精度：{}"
CONFIDENCE = "把握：{:.0%}"
SKILL = "需要什么帮助"
SAVE = "点单"
EMPTY_FORM = (
    "写下群众的原话，系统会在地图上标出是哪一户、哪个十联户；说得不清楚时，会给出该问的那一句。"
)

CLASSIFY = "确认供单"
WHO_GOES = "派给谁"
SEND = "派单：{name}，{minutes}到"
GOING = "正在前往或办理"
ANSWER = "等待接单，{minutes}可到"
NOBODY = "半小时内没有合适的人能到。请放宽需要的技能、联系邻村，或电话请人先到现场。"
AGAINST = "为什么不派别人（{n}人）"
AGAINST_HEAD = ("姓名", "路程", "原因")
CARRIES = "手上{n}单"
NO_LOAD = "手上没有单"
ACCEPT = "已接单"
DECLINE = "拒单"
DECLINE_REASON = "拒单原因"
DECLINE_REASONS = ("正在忙", "身体不适", "车坏了", "路不通", "联系不上")
COMPLETE = "办结"
MOVE_HERE = "把位置更正到：{}"
FINISHED = "这一单已经办结，感谢。"
PLACED_AT = "{time} 点单"

TODAY = "今天的单"
NO_REQUESTS = "今天还没有单。左边写下第一句话就开始了。"
FILTER_OPEN = "待办"
FILTER_ALL = "全部"
MORE = "还有 {n} 单，请用筛选查看"

MINUTES = "{}分钟"
UNREACHABLE = "到不了"
