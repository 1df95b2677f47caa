"""`./pioneer docs`: write the generated pages of docs/ again; a test holds them to the code."""

import argparse
import ast
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

from core.events import EVENT_TYPES
from core.recommendations.described import rules_page
from services.settings import PROJECT, Settings

TOLD_ELSEWHERE = {"tests", "docs", "benchmarks"}
"""Folders whose files speak for themselves by name."""
FOLDERS = {
    "benchmarks": "side-by-side measurements, one file per question; `./pioneer bench`",
    "docs": "this map, how-to pages, decisions, generated reference, screenshots",
    "tests": "mirrors the code; `./pioneer test`",
    ".streamlit": "server settings and the light and dark themes",
    ".ci": "what continuous integration runs: `./pioneer test`",
}


def run(_args: argparse.Namespace) -> int:
    """Write every generated page."""
    for path, page in PAGES.items():
        (PROJECT / path).parent.mkdir(parents=True, exist_ok=True)
        (PROJECT / path).write_text(page())
        print(f"wrote {path}")
    return 0


def files() -> list[Path]:
    """The project's files: what git tracks, and what it would."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],  # noqa: S607  found on PATH like any git
        cwd=PROJECT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split()
    return sorted(Path(name) for name in set(listed) if (PROJECT / name).exists())


def map_page() -> str:
    """Every folder and module with the first sentence it says of itself."""
    lines = ["# Map", "", "Written by `./pioneer docs`. Each module in the words of its own first line.", ""]
    folder = Path("nowhere")
    for path in files():
        if path.parts[0] in TOLD_ELSEWHERE or path.suffix != ".py" or "versions" in path.parts:
            continue
        if path.parent != folder:
            folder = path.parent
            about = sentence(folder / "__init__.py") if (PROJECT / folder / "__init__.py").exists() else ""
            lines += ["", f"## `{folder}/` {about}".rstrip() if folder != Path() else "## Top", ""]
        if path.name != "__init__.py":
            lines.append(f"* `{path.name}` {sentence(path)}".rstrip())
    lines += ["", "## Elsewhere", ""]
    lines += [f"* `{name}/` {about}" for name, about in sorted(FOLDERS.items()) if (PROJECT / name).exists()]
    return "\n".join(lines).replace("\n\n\n", "\n\n") + "\n"


def sentence(path: Path) -> str:
    """The first line of a module's docstring."""
    text = ast.get_docstring(ast.parse((PROJECT / path).read_text())) or ""
    return text.splitlines()[0] if text else ""


def settings_page() -> str:
    """Every setting: variable, default, sentence."""
    lines = [
        "# Settings",
        "",
        "Written by `./pioneer docs`. Environment variables; a `.env` file in the project's folder is read too (the environment wins).",
        "Values that cannot be used, or are unsafe, are refused at the start with the mend.",
        "",
        "| variable | default | what it does |",
        "|---|---|---|",
    ]
    inherited = [name for name in Settings.model_fields if name not in Settings.__annotations__]
    for field in (Settings.model_fields[name] for name in [*Settings.__annotations__, *inherited]):
        default = "" if field.default in (None, ()) else f"`{field.default}`"
        lines.append(f"| `{field.alias}` | {default} | {field.description} |")
    return "\n".join(lines) + "\n"


def events_page() -> str:
    """Every event the product records."""
    lines = ["# Events", "", "Written by `./pioneer docs`. What the event log holds, one line a type.", ""]
    lines += [f"* `{name}`: {text}" for name, text in sorted(EVENT_TYPES.items())]
    return "\n".join(lines) + "\n"


PAGES: Mapping[str, Callable[[], str]] = {
    "docs/map.md": map_page,
    "docs/reference/settings.md": settings_page,
    "docs/reference/events.md": events_page,
    "docs/reference/rules.md": rules_page,
}
"""What makes each generated page, by its path."""
