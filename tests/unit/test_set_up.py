"""Set-up asks the hosts its user configured, and takes from them only what the lock files name."""

from __future__ import annotations

import importlib.util
import json
import re
import subprocess
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = sorted((ROOT / "scripts").glob("*.sh"))


@pytest.fixture(scope="module")
def translator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("uv_settings", ROOT / "scripts/uv_settings.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_uv_is_told_what_pip_was_told(translator: ModuleType) -> None:
    told = translator.uv_settings(
        {
            "index-url": "https://mirror.example/simple",
            "extra-index-url": "https://one.example/simple https://two.example/simple",
            "find-links": "/srv/wheels\\n/srv/more",
            "cert": "/etc/ssl/office.pem",
        }
    )
    assert told == {
        "UV_DEFAULT_INDEX": "https://mirror.example/simple",
        "UV_INDEX": "https://one.example/simple https://two.example/simple",
        "UV_INDEX_STRATEGY": "unsafe-best-match",
        "UV_FIND_LINKS": "/srv/wheels,/srv/more",
        "SSL_CERT_FILE": "/etc/ssl/office.pem",
    }


def test_without_settings_uv_keeps_its_own(translator: ModuleType) -> None:
    assert translator.uv_settings({"disable-pip-version-check": "true"}) == {}


def test_no_registry_is_recorded_for_browser_files() -> None:
    lock = (ROOT / "package-lock.json").read_text(encoding="utf-8")
    assert "http" not in lock
    packages = json.loads(lock)["packages"]
    assert all("integrity" in entry for name, entry in packages.items() if name)


def test_every_python_package_is_pinned_with_its_checksums() -> None:
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    entries = re.split(r"\n(?=\S)", re.sub(r"(?m)^#.*\n", "", text))
    assert len(entries) > 50
    assert all("==" in entry and "--hash=sha256:" in entry for entry in entries if entry.strip())
    assert not re.search(r"(?m)^--|https?://", text)


@pytest.mark.parametrize("script", [*SCRIPTS, ROOT / ".ci/run"], ids=lambda path: path.name)
def test_a_script_is_sound_and_names_no_host(script: Path) -> None:
    subprocess.run(["bash", "-n", script], check=True)
    text = script.read_text(encoding="utf-8")
    assert "://" not in text
    assert script.name == "words.sh" or "set -euo pipefail" in text
