"""Commands on files alone: anyone can check HalfHour's minutes and places without a database."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gis.locate_cases import locate_file
from halfhour.errors import BadFieldError
from halfhour.vocabulary import TravelMode
from routing.tables import write_travel_times
from services.cli.output import family, say

app = family()

Existing = typer.Option(exists=True, dir_okay=False)


@app.command("travel-times")
def travel_times(
    roads: Annotated[Path, Existing],
    origins: Annotated[Path, Existing],
    destinations: Annotated[Path, Existing],
    out: Annotated[Path, typer.Option(dir_okay=False)],
    mode: TravelMode = TravelMode.CAR,
    dem: Annotated[Path | None, Existing] = None,
) -> None:
    """
    两组地点之间的路上时间（秒）。Seconds from every origin to every destination.

    CSV 列为 id, lon, lat（WGS-84）；到不了的留空。
    """
    _spare_inputs(out, roads, origins, destinations, dem)
    say(f"读取路网 {roads.name} …")
    pairs = write_travel_times(roads, origins, destinations, mode=mode, out_csv=out, dem=dem)
    say(f"写出 {pairs} 对行程时间：{out}")


@app.command()
def locate(
    gazetteer: Annotated[Path, Existing],
    cases: Annotated[Path, Existing],
    out: Annotated[Path, typer.Option(dir_okay=False)],
    outside: Annotated[Path | None, Existing] = None,
) -> None:
    """
    为一批话语定位。Place a file of sentences with a gazetteer.

    每行一个 JSON：id、text，可带 hint；结果按同样的 id 逐行写出。
    """
    _spare_inputs(out, gazetteer, cases, outside)
    answered = locate_file(gazetteer, cases, out, outside_csv=outside)
    say(f"写出 {answered} 条定位结果：{out}")


def _spare_inputs(out: Path, *inputs: Path | None) -> None:
    """Refuse to write the answer over a file it is made from."""
    if any(given is not None and out.exists() and out.samefile(given) for given in inputs):
        raise BadFieldError("-", "--out", f"{out} 是读入的文件", "请换一个文件名，以免覆盖")
