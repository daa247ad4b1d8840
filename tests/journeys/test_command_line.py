"""What the terminal says to a slip of the fingers: one Chinese sentence, JSON if asked."""

from __future__ import annotations

import json
import socket
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from services.cli import main as terminal

Said = tuple[int, str, str]
Type = Callable[..., Said]


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture, tmp_path: Path) -> Type:
    """Type a command; give its exit code, standard output and standard error."""
    monkeypatch.setenv("HALFHOUR_HOME", str(tmp_path))

    def typed(*words: object) -> Said:
        monkeypatch.setattr(sys, "argv", ["halfhour", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            terminal.main()
        out, err = capsys.readouterr()
        return int(ended.value.code or 0), out, err

    return typed


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["plaice"], "没有命令“plaice”"),
        (["db", "frob"], "没有命令“frob”"),
        (["place"], "少写了 text"),
        (["decline", "1"], "少写了 --reason"),
        (["place", "停电了", "在", "上坝村"], "多写了“在 上坝村”"),
        (["place", "停电了", "--foo"], "没有选项 --foo"),
        (["dispatch", "1", "--volunteer"], "--volunteer 后面少写了内容"),
        (["dispatch", "1", "--volunteer", "李四"], "--volunteer 后面不是数"),
        (["dispatch", "1", "--most", "0"], "--most 后面的数超出范围"),
        (["place", "停电了", "--skill", "magic"], "可写：general, electricity"),
        (["import", "roads", "nowhere.pbf"], "文件“nowhere.pbf”不存在"),
        (["import", "roads", "."], "“.”是文件夹"),
        (["import", "boundaries", __file__, "--level", "foo"], "没有“foo”这一级"),
    ],
    ids=" ".join,
)
def test_a_slip_gets_one_chinese_sentence(typed: Type, words: list[str], told: str) -> None:
    code, out, err = typed(*words)
    assert (code, out) == (2, "")
    assert told in err
    assert err.startswith("✗")
    assert err.count("\n") == 1


def test_a_slip_is_json_for_programs(typed: Type) -> None:
    code, out, _ = typed("dispatch", "--json")
    assert code == 2
    assert json.loads(out)["error"] == "BadCommandError"


def test_a_mistake_of_ours_is_kept_for_whoever_mends_it(
    typed: Type, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(terminal.MODULES, "place", "a_module_that_was_lost")
    code, out, err = typed("place", "停电了", "--json")
    assert code == 5
    assert json.loads(out)["error"] == "ProgramFaultError"
    assert "Traceback" not in out + err
    assert "Traceback" in (tmp_path / "trouble.log").read_text(encoding="utf-8")


def test_an_answer_never_replaces_the_file_it_is_made_from(typed: Type, tmp_path: Path) -> None:
    table = tmp_path / "a.csv"
    table.write_text("id,lon,lat\n1,107.9,28.2\n", encoding="utf-8")
    names = ("--roads", table, "--origins", table, "--destinations", table)
    code, _, err = typed("travel-times", *names, "--out", table)
    assert (code, "以免覆盖" in err) == (2, True)
    code, _, err = typed("locate", "--gazetteer", table, "--cases", table, "--out", table)
    assert (code, "以免覆盖" in err) == (2, True)
    assert table.read_text(encoding="utf-8").startswith("id,lon,lat")


def test_a_port_in_use_is_said_before_anything_is_promised(
    typed: Type, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        monkeypatch.setenv("HALFHOUR_PORT", str(taken.getsockname()[1]))
        code, out, err = typed("serve")
    assert (code, out) == (2, "")
    assert "已被占用" in err


def test_a_hint_that_is_none_is_named_with_its_line(typed: Type, tmp_path: Path) -> None:
    gazetteer, cases = tmp_path / "g.csv", tmp_path / "c.jsonl"
    gazetteer.write_text(
        "id,parent_id,level,name,aliases,lon,lat\n522626103000,,township,青溪镇,,,\n", "utf-8"
    )
    cases.write_text('{"id": 1, "text": "停电了", "hint": "电话"}\n', "utf-8")
    given = ("--gazetteer", gazetteer, "--cases", cases)
    code, _, err = typed("locate", *given, "--out", tmp_path / "p.jsonl")
    assert (code, "第1行“hint”" in err) == (2, True)


def test_an_account_needs_a_role_but_no_second_name(typed: Type) -> None:
    code, _, err = typed("users", "add", "张三")
    assert (code, "少写了 --role" in err) == (2, True)
