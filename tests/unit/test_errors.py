"""Every error has one Chinese sentence, and the tree in the docstring is the real one."""

import inspect

import pytest

from halfhour import errors
from halfhour.places import LonLat
from halfhour.sentences import sentence_for

EXAMPLES = [
    errors.BadCoordinateError(28.2, 107.9),
    errors.BadFieldError(3, "经度", "不是数字", "请填十进制度数"),
    errors.BadFileError("a.csv", "打不开", "请检查路径"),
    errors.BadCommandError("没有命令“plaice”", "请用 halfhour --help 查看写法"),
    errors.BadAreaCodeError("5206-1", "只能是数字"),
    errors.MissingCrsError("边界文件"),
    errors.WrongCrsError("边界文件", "EPSG:4524", "EPSG:4326"),
    errors.ShiftedOutsideChinaError(1.5, 42.5, "gcj02"),
    errors.BadSettingError("HALFHOUR_PORT", "x", "填1到65535之间的数"),
    errors.NoSuchError("单号", 7),
    errors.NoPlaceGivenError("停电了"),
    errors.OutsideTownshipError(LonLat(1.5, 42.5)),
    errors.OutsideTownshipError("新沙镇"),
    errors.AmbiguousPlaceError("是红旗村的大寨，还是台头村的大寨？", ["红旗村大寨", "台头村大寨"]),
    errors.WrongStageError("派单", "待接单"),
    errors.NobodyInReachError(1800, 12),
    errors.UnfitVolunteerError("冉光学", ["不在班"]),
    errors.NotEntitledError("派单"),
    errors.SignInError(),
    errors.SignInError(15),
    errors.AlreadyDispatchedError(),
    errors.VolunteerBusyError(),
    errors.ChangedMeanwhileError(),
    errors.AlreadyThereError("登录名"),
    errors.NeverChangesError("edition 1 is published and never changes"),
    errors.OutOfStepError("request 1: stage placed, but its history ends with catalogued"),
    errors.BlockedByFindingsError(4),
    errors.DatabaseUnavailableError("磁盘已满", "请清理磁盘后再启动"),
    errors.ProgramFaultError("KeyError: 'FOO'", ".halfhour/trouble.log"),
    errors.NothingImportedError("路网", "halfhour import roads 文件 --commit"),
]


def leaves() -> set[type[errors.HalfHourError]]:
    kinds = {
        k for _, k in inspect.getmembers(errors, inspect.isclass) if k.__module__ == errors.__name__
    }
    return {
        kind
        for kind in kinds
        if issubclass(kind, errors.HalfHourError) and not kind.__subclasses__()
    }


@pytest.mark.parametrize("error", EXAMPLES, ids=lambda error: type(error).__name__)
def test_an_error_is_said_in_one_chinese_sentence_that_says_what_to_do(error) -> None:
    sentence = sentence_for(error)
    assert "。。" not in sentence
    assert any("一" <= character <= "鿿" for character in sentence)


@pytest.mark.parametrize(
    ("row", "field", "begins"),
    [(3, "经度", "第3行“经度”："), ("-", "新密码", "“新密码”："), ("-", "-", "不是")],
)
def test_a_row_and_a_field_are_named_only_where_there_are_any(row, field, begins) -> None:
    error = errors.BadFieldError(row, field, "不是数字", "请填十进制度数")
    assert sentence_for(error).startswith(begins)


def test_every_leaf_has_an_example_and_a_sentence() -> None:
    assert {type(example) for example in EXAMPLES} >= leaves()


def test_the_drawn_tree_names_every_error() -> None:
    assert all(kind.__name__ in (errors.__doc__ or "") for kind in leaves())
