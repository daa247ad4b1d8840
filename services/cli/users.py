"""`halfhour users …`: who may sign in, with which role, where."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.markup import escape

from halfhour.clock import utc_now
from halfhour.vocabulary import Role
from services import accounts
from services.cli.acting import ActingAs, Township, acting
from services.cli.output import AsJson, Column, answer_json, family, people, table

app = family("登录账号。Accounts.")

Login = Annotated[str, typer.Argument(help="登录名。")]


@app.command()
def add(
    login: Login,
    role: Annotated[Role, typer.Option(help="角色。")],
    name: Annotated[str | None, typer.Option(help="姓名；默认与登录名相同。")] = None,
    area: Annotated[str | None, typer.Option(help="辖区编码；默认全镇。")] = None,
    acting_as: ActingAs = None,
    township: Township = None,
    as_json: AsJson = False,
) -> None:
    """新建账号并打印随机初始密码，首次登录必须修改。Add an account."""
    with acting(acting_as, township) as who:
        made = accounts.add(
            who.app,
            who.person_id,
            login=login,
            name=name or login,
            role=role,
            area=area,
            now=utc_now(),
        )
    if as_json:
        answer_json({"login": made.login, "password": made.password, "person_id": made.person_id})
    else:
        people.print(
            f"[green]✓[/green] 账号 {escape(made.login)}，初始密码 [bold]{made.password}[/bold]"
        )


@app.command("list")
def list_all(
    acting_as: ActingAs = None, township: Township = None, as_json: AsJson = False
) -> None:
    """列出账号。List accounts."""
    with acting(acting_as, township) as who:
        known = accounts.listing(who.app, who.person_id, now=utc_now())
    if as_json:
        answer_json([account.as_json() for account in known])
        return
    table(
        "账号",
        [Column("登录名"), Column("姓名"), Column("角色与辖区"), Column("状态")],
        [
            (
                account.login,
                account.name,
                "、".join(f"{role.label} {area}" for role, area in account.roles),
                account.state,
            )
            for account in known
        ],
    )


@app.command()
def reset(
    login: Login,
    acting_as: ActingAs = None,
    township: Township = None,
    as_json: AsJson = False,
) -> None:
    """换一个随机密码，并结束该账号所有登录。Reset the password, ending all sessions."""
    with acting(acting_as, township) as who:
        made = accounts.reset(who.app, who.person_id, login, utc_now())
    if as_json:
        answer_json({"login": made.login, "password": made.password})
    else:
        people.print(
            f"[green]✓[/green] 账号 {escape(made.login)}，新密码 [bold]{made.password}[/bold]"
        )


@app.command()
def disable(
    login: Login,
    acting_as: ActingAs = None,
    township: Township = None,
    as_json: AsJson = False,
) -> None:
    """停用账号，并结束其所有登录。Disable an account, ending all sessions."""
    with acting(acting_as, township) as who:
        accounts.disable(who.app, who.person_id, login, now=utc_now())
    if as_json:
        answer_json({"login": login, "disabled": True})
    else:
        people.print(f"[green]✓[/green] 账号 {escape(login)} 已停用")


def _print_password(made: accounts.NewAccount, what: str) -> None:
    login = escape(made.login)
    people.print(f"[green]✓[/green] 账号 {login}，{what} [bold]{made.password}[/bold]")
