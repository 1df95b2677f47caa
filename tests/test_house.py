"""What holds the house together: names, sizes, borders and generated pages."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from services.commands import docs
from services.settings import PROJECT

PYTHON = [path for path in docs.files() if path.suffix == ".py"]
REQUIRED = {
    "streamlit", "plotly", "streamlit_authenticator", "sqlalchemy", "psycopg", "pandas", "sklearn", "apscheduler", "boto3", "pytest",
}  # fmt: skip


def _imports(path: Path) -> set[str]:
    tree = ast.parse((PROJECT / path).read_text())
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module}
    return found


def test_no_file_is_over_300_lines() -> None:
    long = {str(path): n for path in PYTHON if (n := len((PROJECT / path).read_text().splitlines())) > 300}
    assert long == {}


def test_no_file_has_a_name_that_says_nothing() -> None:
    empty = {"utils", "helpers", "common", "manager", "base", "util", "misc"}
    assert [str(path) for path in PYTHON if empty & set(path.with_suffix("").parts)] == []


def test_every_module_says_what_it_is() -> None:
    assert [
        str(path)
        for path in PYTHON
        if not {"versions", "tests"} & set(path.parts) and not docs.sentence(path)
    ] == []


def test_home_calls_only_what_screens_share() -> None:
    ours = {name for name in _imports(Path("Home.py")) if name.split(".")[0] in {"core", "services", "pages"}}
    assert ours
    assert {name for name in ours if not name.startswith("pages.ui")} == set()


@pytest.mark.parametrize("page", sorted(docs.PAGES))
def test_a_generated_page_is_as_the_code_would_write_it(page: str) -> None:
    assert (PROJECT / page).read_text() == docs.PAGES[page](), "run ./pioneer docs"


def test_every_required_package_is_imported_by_the_product() -> None:
    used = {name.split(".")[0] for path in PYTHON for name in _imports(path)}
    # psycopg is named in the database URL, which is how SQLAlchemy loads it
    assert REQUIRED - used - {"psycopg"} == set()
    assert "postgresql+psycopg://" in (PROJECT / "services/bootstrap.py").read_text()


def test_every_required_package_has_a_range_in_requirements() -> None:
    text = (PROJECT / "requirements.txt").read_text()
    for name in (
        *REQUIRED - {"sklearn", "streamlit_authenticator"},
        "scikit-learn",
        "streamlit-authenticator",
        "tzdata",
    ):
        assert re.search(rf"^{name}(\[[a-z]+\])?>=", text, re.MULTILINE), name


def test_every_silenced_check_says_why() -> None:
    bare = re.compile(r"noqa: [A-Z]+[0-9]+(, ?[A-Z]+[0-9]+)*\s*$")
    assert [
        f"{path}:{number}"
        for path in PYTHON
        for number, line in enumerate((PROJECT / path).read_text().splitlines(), 1)
        if bare.search(line)
    ] == []
    linting = (PROJECT / "pyproject.toml").read_text().partition("[tool.ruff.lint]")[2]
    ignored = linting.partition("ignore = [")[2].partition("[tool.ruff.lint.pydocstyle]")[0]
    unsaid = [
        line for line in ignored.splitlines() if re.search(r'"[A-Z]+[0-9]+"', line) and "  # " not in line
    ]
    assert unsaid == []


@pytest.mark.parametrize("folder", ["services/pricebook", "tests/data"])
def test_every_file_of_copied_data_is_named_with_its_source(folder: str) -> None:
    notices = (PROJECT / folder / "NOTICES.md").read_text()
    data = [
        path.name for path in (PROJECT / folder).iterdir() if path.suffix in {".csv", ".json", ".parquet"}
    ]
    assert data
    assert [name for name in data if f"`{name}`" not in notices] == []


def test_decisions_are_numbered_without_a_hole() -> None:
    numbers = [int(path.name[:4]) for path in sorted((PROJECT / "docs/decisions").glob("*.md"))]
    assert numbers == list(range(1, len(numbers) + 1))


def test_help_needs_no_environment() -> None:
    done = subprocess.run(
        [sys.executable, "-S", "-m", "services", "help"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "demo" in done.stdout


def test_a_wrong_word_prints_help_and_fails() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "services", "dmeo"], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "'dmeo'" in done.stderr
    assert "demo" in done.stderr


def test_every_command_is_a_file_and_known_to_the_entry_script() -> None:
    script = (PROJECT / "pioneer").read_text()
    named = set(re.search(r"^(demo .*)\) environment", script, re.MULTILINE).group(1).split(" | ")) | {"test"}  # type: ignore[union-attr]
    shared = {
        "__init__",
        "checks",
        "configuration",
        "demo_clock",
        "demo_week",
        "serving",
        "supervisor",
        "waiting",
    }
    there = {path.stem for path in (PROJECT / "services/commands").glob("*.py")} - shared
    assert named == there


SAID_OTHERWISE = re.compile(r"\" %\"|\}\s(%(?!\{)|USD|EUR|GBP)|\.\d+f\} a month")
"""A percentage or an amount that does not come from core/figures.py."""


@pytest.mark.parametrize("folder", ["core", "services", "pages"])
def test_amounts_and_percentages_are_said_one_way(folder: str) -> None:
    found = {
        f"{path}:{number}"
        for path in PYTHON
        if path.parts[0] == folder
        for number, line in enumerate((PROJECT / path).read_text().splitlines(), 1)
        if SAID_OTHERWISE.search(line)
    }
    assert found == set(), "say them with core.figures"
