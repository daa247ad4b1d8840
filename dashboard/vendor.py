"""The browser files of others that we serve, and whether they are really here.

`VENDOR` is the one list. `python -m dashboard.vendor` copies its files from `node_modules/` to
`dashboard/static/vendor/`, each package in a folder that carries its version (so browsers may
keep them for ever), with its licence, and writes `SHA256SUMS` beside them. Standard library only:
it also runs before anything else is installed.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENDOR_FOLDER = Path(__file__).resolve().parent / "static" / "vendor"
SUMS_NAME = "SHA256SUMS"


@dataclass(frozen=True)
class Package:
    """One npm package and the files of it that the browser gets, paths inside the package."""

    name: str
    version: str
    licence: str
    files: tuple[str, ...]

    @property
    def folder(self) -> str:
        """Folder under `static/vendor`, and in the URL."""
        return f"{self.name}-{self.version}"

    def targets(self) -> Iterator[tuple[str, str]]:
        """Pairs of path in the package and path under the folder; `dist/` is dropped."""
        for source in self.files:
            yield source, source.removeprefix("dist/")


VENDOR = (
    Package(
        "leaflet",
        "1.9.4",
        "BSD-2-Clause",
        (
            "LICENSE",
            "dist/leaflet.js",
            "dist/leaflet.css",
            "dist/images/layers.png",
            "dist/images/layers-2x.png",
            "dist/images/marker-icon.png",
            "dist/images/marker-icon-2x.png",
            "dist/images/marker-shadow.png",
        ),
    ),
)


def copy_vendor(node_modules: Path, folder: Path = VENDOR_FOLDER) -> list[Path]:
    """
    Copy every file of `VENDOR` and write the checksums; anything else in `folder` is removed.

    Raises
    ------
    FileNotFoundError
        If a package is not installed, or lacks a file we need.
    ValueError
        If another version is installed than the one `VENDOR` names.
    """
    for package in VENDOR:
        _require_version(package, node_modules)
    shutil.rmtree(folder, ignore_errors=True)
    copied = []
    for package in VENDOR:
        for source, target in package.targets():
            path = folder / package.folder / target
            path.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(node_modules / package.name / source, path)
            copied.append(path)
    lines = [f"{_digest(path)}  {path.relative_to(folder).as_posix()}\n" for path in copied]
    (folder / SUMS_NAME).write_text("".join(lines), encoding="utf-8")
    return copied


def missing_files(folder: Path = VENDOR_FOLDER) -> list[str]:
    """Name the files of `VENDOR` that are absent or differ from the checksum list."""
    sums = folder / SUMS_NAME
    if not sums.is_file():
        return [SUMS_NAME]
    lines = (line.split("  ", 1) for line in sums.read_text("utf-8").splitlines())
    known = {name: digest for digest, name in lines}
    wanted = [f"{p.folder}/{target}" for p in VENDOR for _, target in p.targets()]
    return [name for name in wanted if not _same(folder / name, known.get(name))]


def _same(path: Path, digest: str | None) -> bool:
    return path.is_file() and _digest(path) == digest


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _require_version(package: Package, node_modules: Path) -> None:
    manifest = node_modules / package.name / "package.json"
    version = json.loads(manifest.read_text(encoding="utf-8"))["version"]
    if version != package.version:
        raise ValueError(f"{package.name} {version} is installed, {package.version} is needed")


def main() -> int:
    """Copy from `node_modules/` of the checkout, or of the folder given."""
    node_modules = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "node_modules"
    try:
        copied = copy_vendor(node_modules)
    except (FileNotFoundError, ValueError) as error:
        sys.stderr.write(f"网页素材不全：{error}。请先运行 npm ci，再重试。\n")
        return 1
    sys.stdout.write(f"已复制{len(copied)}个网页素材到 {VENDOR_FOLDER}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
