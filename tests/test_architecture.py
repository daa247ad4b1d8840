"""The import rule holds, and the wheel holds what it should."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ["halfhour", "gis", "routing", "models", "services", "dashboard"]


def test_imports_point_down() -> None:
    ran = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout


@pytest.mark.parametrize("package", PACKAGES)
def test_every_package_is_listed_exactly(package: str) -> None:
    include = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"][
        "packages"
    ]["find"]["include"]
    assert {package, f"{package}.*"} <= set(include)


@pytest.mark.parametrize("package", PACKAGES)
def test_test_folders_hide_no_package(package: str) -> None:
    assert not (ROOT / "tests" / package).exists()


def test_package_files_are_docstrings_only() -> None:
    """What `__init__.py` would re-export, a reader would have to look up twice."""
    allowed = {ROOT / "halfhour" / "__init__.py", ROOT / "models" / "__init__.py"}
    for package in PACKAGES:
        for path in (ROOT / package).rglob("__init__.py"):
            assert path in allowed or "import" not in path.read_text().split('"""')[-1], path
