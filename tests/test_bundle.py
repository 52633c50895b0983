"""What the VS Code extension carries of the engine: the part of requirements.lock that the server needs."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
bundle = runpy.run_path(str(ROOT / "vscode-client" / "scripts" / "bundle.py"))

LOCK = """\
attrs==1 \\
    --hash=sha256:aa
    # via
    #   cattrs
    #   pytest
cattrs==2 ; python_version < '4' \\
    --hash=sha256:bb \\
    --hash=sha256:cc
    # via pygls
py-gls==3 \\
    --hash=sha256:dd
    # via askfirst (pyproject.toml)
pygls==4 \\
    --hash=sha256:ee
    # via askfirst (pyproject.toml)
pytest==5 \\
    --hash=sha256:ff
    # via askfirst (pyproject.toml)
"""


def test_what_is_needed_and_what_that_needs() -> None:
    kept = bundle["restricted"](LOCK, ["PyGLS"])
    assert kept == (
        "attrs==1 \\\n    --hash=sha256:aa\n"
        "cattrs==2 ; python_version < '4' \\\n    --hash=sha256:bb \\\n    --hash=sha256:cc\n"
        "pygls==4 \\\n    --hash=sha256:ee\n"
    )


def test_what_is_not_locked_is_named() -> None:
    with pytest.raises(KeyError, match="tomlkit"):
        bundle["restricted"](LOCK, ["pygls", "tomlkit"])


def test_the_project_s_own_lock() -> None:
    direct = bundle["direct_requirements"]((ROOT / "pyproject.toml").read_text("utf-8"))
    kept = bundle["restricted"]((ROOT / "requirements.lock").read_text("utf-8"), direct)
    names = re.findall(r"(?m)^([\w.-]+)==", kept)
    assert {"tree-sitter", "pygls", "lsprotocol", "cattrs"} <= set(names)
    assert not {"pytest", "ruff", "mypy", "hatchling"} & set(names)
    assert kept.count("--hash=sha256:") >= len(names)
    assert "://" not in kept
