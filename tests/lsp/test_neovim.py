"""Neovim, headless, with the snippet of docs/editors.md as it stands there."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from editor import EXAMPLE, MAIN, MANIFEST, SERVER

DOCS = Path(__file__).parents[2] / "docs"
NVIM = shutil.which("nvim")
TIMEOUT = 60
SESSION = """
local out = {}
local function shown()
  return vim.diagnostic.get(0)
end
local function wait(what, ready)
  if not vim.wait(30000, ready, 20) then
    out.failed = what
  end
end
vim.cmd("edit " .. vim.fn.fnameescape(FILE))
wait("first", function() return #shown() > 0 end)
out.first = vim.tbl_map(function(d)
  return { code = d.code, line = d.lnum, column = d.col, message = d.message, source = d.source }
end, shown())
if TITLE then
  vim.ui.select = function(items, options, choose)
    out.titles = vim.tbl_map(options.format_item, items)
    for n, item in ipairs(items) do
      if options.format_item(item) == TITLE then
        choose(item, n)
      end
    end
  end
  vim.fn.search(WORDS)
  local before = #shown()
  vim.lsp.buf.code_action()
  wait("fixed", function() return #shown() < before end)
  out.codes = vim.tbl_map(function(d) return d.code end, shown())
  out.lines = vim.api.nvim_buf_get_lines(0, 0, -1, false)
end
vim.fn.writefile({ vim.fn.json_encode(out) }, OUT)
vim.cmd("qall!")
"""

pytestmark = pytest.mark.skipif(NVIM is None, reason="nvim is not installed")


def fences(page: str) -> list[str]:
    return re.findall(r"^```(?:lua|toml|elisp|json|sh)\n(.*?)^```", (DOCS / page).read_text(encoding="utf-8"), re.M | re.S)


def version() -> tuple[int, int]:
    assert NVIM is not None
    said = subprocess.run([NVIM, "--version"], capture_output=True, text=True, check=True).stdout
    found = re.match(r"NVIM v(\d+)\.(\d+)", said)
    assert found is not None
    return int(found[1]), int(found[2])


def edit(tmp_path: Path, snippet: str, file: str, words: str = "", title: str = "") -> dict[str, Any]:
    """Open a file of the example with this in init.lua, take the code action of this title, and say what was shown."""
    root, out, tools = tmp_path / "the project", tmp_path / "out.json", tmp_path / "bin"
    shutil.copytree(EXAMPLE, root)
    tools.mkdir()
    command = tools / "askfirst"
    command.write_text(f'#!/bin/sh\nPYTHONPATH="{SERVER}" exec "{sys.executable}" -m askfirst "$@"\n')
    command.chmod(0o755)
    values = {"FILE": str(root / file), "OUT": str(out), "WORDS": words, "TITLE": title}
    heads = "".join(f"local {name} = {json.dumps(value) if value else 'nil'}\n" for name, value in values.items())
    (tmp_path / "init.lua").write_text(snippet, encoding="utf-8")
    (tmp_path / "session.lua").write_text(heads + SESSION, encoding="utf-8")
    home = {name: str(tmp_path / name) for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME")}
    assert NVIM is not None
    subprocess.run(
        [NVIM, "--headless", "-n", "-i", "NONE", "-u", str(tmp_path / "init.lua"), "-S", str(tmp_path / "session.lua")],
        env=os.environ | home | {"PATH": f"{tools}{os.pathsep}{os.environ['PATH']}"}, cwd=root,
        capture_output=True, timeout=TIMEOUT, check=True,
    )  # fmt: skip
    result: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
    assert "failed" not in result, result
    return result


def snippet(name: str) -> str:
    return next(fence for fence in fences("editors.md") if fence.startswith(f"-- {name}\n"))


@pytest.fixture(params=["Neovim 0.7", "Neovim 0.11"])
def configured(request: pytest.FixtureRequest) -> str:
    first = tuple(map(int, request.param.removeprefix("Neovim ").split(".")))
    if version() < first:
        pytest.skip(f"nvim is older than {request.param}")
    if first < (0, 11) <= version():
        pytest.skip("nvim has a simpler way")
    return snippet(request.param)


def test_what_is_wrong_is_shown(tmp_path: Path, configured: str) -> None:
    result = edit(tmp_path, configured, MAIN)
    (found,) = result["first"]
    assert found["code"] == "consent/permission-before-consent"
    assert (found["line"], found["column"], found["source"]) == (24, 8, "askfirst")


def test_a_fix_is_made(tmp_path: Path, configured: str) -> None:
    result = edit(tmp_path, configured, MANIFEST, "READ_CONTACTS", "Delete the declaration")
    assert "permissions/unused" not in result["codes"]
    assert not any("READ_CONTACTS" in line for line in result["lines"])


def test_what_is_made_later_is_made(tmp_path: Path, configured: str) -> None:
    """This action comes without its edit, which is asked for when it is chosen."""
    result = edit(tmp_path, configured, MANIFEST, "READ_CONTACTS", "Allow `permissions/unused` here, with a reason")
    assert "permissions/unused" not in result["codes"]
    assert any("askfirst: allow[permissions/unused]" in line for line in result["lines"])
