"""`halfhour db …`: start, stop, look at, back up and restore the database."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from models.backup import backup as write_backup
from models.backup import restore as read_backup
from models.database import migrate as bring_up_to_date
from models.server import server_for
from services.cli.environment import settings
from services.cli.output import AsJson, answer_json, family, people, say

app = family("自带的 PostGIS 数据库。The private database.")


@app.command()
def start() -> None:
    """启动数据库；已在运行则什么也不做。Start it, if it is not running."""
    server_for(settings()).start()
    people.print("[green]✓[/green] 数据库在运行")


@app.command()
def stop() -> None:
    """停止数据库，等最后的写入落盘。Stop it after its last writes."""
    stopped = server_for(settings()).stop()
    if settings().database_url is not None:
        people.print("数据库由别处管理，没有停它")
        return
    people.print("[green]✓[/green] 数据库已停止" if stopped else "数据库本来就没有运行")


@app.command()
def status(as_json: AsJson = False) -> None:
    """数据库是否在运行、版本、占用空间。How it is."""
    facts = server_for(settings()).status()
    if as_json:
        answer_json({name: getattr(facts, name) for name in facts.__slots__})
        return
    people.print("[green]●[/green] 在运行" if facts.running else "[red]○[/red] 没有运行")
    if facts.running:
        people.print(f"PostgreSQL {facts.version}，PostGIS {facts.postgis_version}")
    where = facts.data or "在 HALFHOUR_DATABASE_URL 所指的服务器上"
    people.print(f"数据 {where}（{facts.size_bytes / 1e6:.0f} MB）")


@app.command()
def url() -> None:
    """打印数据库地址（所有者身份）。Print the owner's address."""
    typer.echo(server_for(settings()).owner_url)


@app.command()
def migrate() -> None:
    """把表结构升级到最新。Bring the tables up to date."""
    server = server_for(settings())
    server.start()
    bring_up_to_date(server.owner_url)
    people.print("[green]✓[/green] 表结构已是最新")


@app.command()
def backup(file: Annotated[Path, typer.Argument(dir_okay=False)]) -> None:
    """备份到一个文件。Back everything up into one file."""
    server = server_for(settings())
    server.start()
    say(f"备份到 {file} …")
    write_backup(server.admin_url, file)
    people.print(f"[green]✓[/green] 已备份：{file}（{file.stat().st_size / 1e6:.1f} MB）")


@app.command()
def restore(file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)]) -> None:
    """从备份恢复；全部读完才替换现有数据。Restore; nothing changes until all of it is read."""
    server = server_for(settings())
    server.start()
    say(f"从 {file} 恢复 …")
    previous = read_backup(server.admin_url, file, complete=bring_up_to_date)
    people.print(f"[green]✓[/green] 已恢复；原来的数据保留在库 {previous} 里，直到下次恢复")
