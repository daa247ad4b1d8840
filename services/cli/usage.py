"""What is wrong with a command line that typer cannot understand, in Chinese."""

from __future__ import annotations

import re

from typer.exceptions import TyperException

from halfhour.errors import BadCommandError

_HELP = "请用 {command} --help 查看写法"
_WHAT: list[tuple[str, str, str]] = [
    (r"No such command '(.*)'", "没有命令“{0}”", _HELP),
    (r"No such option: (\S+)", "没有选项 {0}", _HELP),
    (r"Missing argument '?(\S+?)'?\.", "少写了 {0}", _HELP),
    (r"Missing (?:option|parameter):? '?(\S+?)'?\.", "少写了 {0}", _HELP),
    (r"Missing command", "少写了子命令", _HELP),
    (r"[Oo]ption '?(\S+?)'? requires (?:an|\d+) argument", "{0} 后面少写了内容", _HELP),
    (r"unexpected extra argument\S* \((.*)\)", "多写了“{0}”", "含空格的内容请加引号"),
    (r"for '?(\S+?)'?:.*'(.*)' does not exist", "文件“{1}”不存在", "请核对路径和文件名"),
    (
        r"for '?(\S+?)'?:.*'(.*)' is a directory",
        "“{1}”是文件夹，不是文件",
        "请写明文件夹里的哪个文件",
    ),
    (
        r"for '?(\S+?)'?:.*'(.*)' is not (?:readable|writable)",
        "没有权限读写“{1}”",
        "请检查文件权限",
    ),
    (r"for '?(\S+?)'?:.*'(.*)' is not one of (.*?)\.?$", "{0} 不能是“{1}”", "可写：{2}"),
    (r"for '?(\S+?)'?:.*valid (?:integer|number)", "{0} 后面不是数", "请写数字"),
    (r"for '?(\S+?)'?:.*(?:greater|less) than", "{0} 后面的数超出范围", _HELP),
    (r"for '?(\S+?)'?:", "{0} 的内容不能用", _HELP),
]
"""What typer says, what we say, and the remedy."""


def bad_command(error: TyperException) -> BadCommandError:
    """Turn typer's English into our error."""
    message = " ".join(error.format_message().split())
    command = getattr(getattr(error, "ctx", None), "command_path", "halfhour")
    for pattern, problem, remedy in _WHAT:
        found = re.search(pattern, message)
        if found:
            words = [word.replace("'", "") for word in found.groups()]
            return BadCommandError(
                problem.format(*words), remedy.format(*words, command=command), message
            )
    return BadCommandError("看不懂", _HELP.format(command=command), message)
