"""What the documents promise exists, and what exists is documented."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from halfhour.settings import Settings
from halfhour.vocabulary import Level, Precision, Role, StationKind, TravelMode

ROOT = Path(__file__).parents[1]
DOCS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("setting", [field.name for field in fields(Settings)])
@pytest.mark.parametrize("document", ["docs/settings.md", ".env.example"])
def test_every_setting_is_documented(setting: str, document: str) -> None:
    assert f"HALFHOUR_{setting.upper()}" in read(document)


@pytest.mark.parametrize("word", [*Role, *StationKind, *TravelMode, *Level], ids=str)
def test_every_word_is_in_the_glossary(word) -> None:
    name = word.name.lower() if isinstance(word, Level) else word.value
    assert f"`{name}`" in read("docs/glossary.md")


def test_precision_classes_are_in_the_glossary() -> None:
    line = next(line for line in read("docs/glossary.md").splitlines() if "`precision`" in line)
    assert all(re.search(rf"\b{precision.value}\b", line) for precision in Precision)


@pytest.mark.parametrize("document", DOCS, ids=lambda path: path.name)
def test_links_between_documents_lead_somewhere(document: Path) -> None:
    targets = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", document.read_text(encoding="utf-8"))
    missing = [
        t for t in targets if not t.startswith("http") and not (document.parent / t).exists()
    ]
    assert not missing


@pytest.mark.parametrize(
    "data_file",
    sorted(p for p in (ROOT / "data").rglob("*") if p.is_file() and p.name != "README.md"),
    ids=lambda path: path.name,
)
def test_every_data_file_has_its_source_licence_and_date(data_file: Path) -> None:
    readme = (data_file.parent / "README.md").read_text(encoding="utf-8")
    assert data_file.name in readme
    assert all(word in readme.lower() for word in ("licence", "source", "date"))
