"""askfirst.toml: what it may say, and what is said of mistakes."""

from __future__ import annotations

import tomllib
from pathlib import Path

import jsonschema
import pytest

from askfirst.settings import PerPath, Settings, SettingsError, load_settings, settings_schema

RULES, THEMES = ("permissions/unused", "sdk/moving-version"), ("permissions", "sdk")
FULL = """
[project]
category = "map-navigation"
markets = ["cn", "eu"]
lang = "zh"
[consent]
gates = ["com.example.Privacy.isAgreed"]
[permissions.reasons]
"android.permission.CAMERA" = "scans the QR code of a bill"
[rules]
select = ["sdk", "permissions/unused"]
ignore = ["sdk/moving-version"]
severity = { "permissions/unused" = "error" }
[paths]
exclude = ["demo/**"]
[per-path."legacy/**"]
ignore = ["permissions/unused"]
"""


def load(root: Path, text: str) -> Settings:
    (root / "askfirst.toml").write_text(text, encoding="utf-8")
    return load_settings(root, None, RULES, THEMES, ("map-navigation",))


def test_everything(tmp_path: Path) -> None:
    assert load(tmp_path, FULL) == Settings(
        category="map-navigation",
        markets=("cn", "eu"),
        gates=("com.example.Privacy.isAgreed",),
        reasons=(("android.permission.CAMERA", "scans the QR code of a bill"),),
        select=("sdk", "permissions/unused"),
        ignore=("sdk/moving-version",),
        severity=(("permissions/unused", "error"),),
        exclude=("demo/**",),
        per_path=(PerPath("legacy/**", ("permissions/unused",)),),
        lang="zh",
        path="askfirst.toml",
    )


def test_defaults(tmp_path: Path) -> None:
    assert load_settings(tmp_path, None, RULES, THEMES) == Settings()
    assert load(tmp_path, "") == Settings(path="askfirst.toml")
    assert load(tmp_path, "\ufeff[project]\nmarkets = ['cn']").markets == ("cn",)


def test_another_file(tmp_path: Path) -> None:
    (tmp_path / "other.toml").write_text("[paths]\nexclude = ['a']")
    assert load_settings(tmp_path / "x", tmp_path / "other.toml").exclude == ("a",)
    assert load_settings(tmp_path, tmp_path / "other.toml").path == "other.toml"
    with pytest.raises(SettingsError) as caught:
        load_settings(tmp_path, tmp_path / "none.toml")
    assert (caught.value.path, caught.value.line) == ("none.toml", -1)


@pytest.mark.parametrize(
    ("text", "line", "english"),
    [
        ("[project]\nmarket = ['cn']", 1, "unknown key `project.market`; did you mean `markets`?"),
        ("[projects]\n", 0, "unknown key `projects`; did you mean `project`?"),
        ("\n[rules]\nzzz = 1", 2, "unknown key `rules.zzz`; known: `ignore`, `select`, `severity`"),
        ("[per-path.'a/**']\nselect = []", 1, 'unknown key `per-path."a/**".select`; known: `ignore`'),
        ("[project]\nmarkets = 'cn'", 1, "`project.markets` must be a list of strings"),
        ("[project]\nmarkets = ['cn', 1]", 1, "`project.markets` must be a list of strings"),
        ("[project]\ncategory = 1", 1, "`project.category` must be a string"),
        ("project = 1", 0, "`project` must be a table"),
        ("[permissions]\nreasons = 'x'", 1, "`permissions.reasons` must be a table"),
        ("[project]\nmarkets = ['us']", 1, "`project.markets`: unknown market `us`; known: `cn`, `eu`, `play`"),
        (
            "[project]\ncategory = 'map-navigatio'",
            1,
            "unknown category `map-navigatio`; did you mean `map-navigation`?",
        ),
        ("[rules]\nignore = [\n'permissions/unusd']", 1, "unknown rule or theme `permissions/unusd`; did you mean"),
        (
            "[rules]\nseverity = { 'permissions/unused' = 'bad' }",
            1,
            "unknown severity `bad`; known: `error`, `note`, `warning`",
        ),
        ("[rules.severity]\n'permissions' = 'note'", 1, "unknown rule `permissions`"),
        ("[paths]\nexclude = ['a', '[']", 1, "`paths.exclude` holds no valid path pattern"),
        ("[paths]\nexclude = ['']", 1, "`paths.exclude` holds no valid path pattern"),
        ("[per-path.'[']\nignore = []", 0, "holds no valid path pattern"),
        ("[project]\na = \n", 1, "is not valid TOML"),
        ("[project]\nmarkets = ['cn',\n\n", 1, "is not valid TOML"),
        ("[project]\nlang = 'fr'", 1, "unknown language `fr`; known: `en`, `zh`"),
    ],
)
def test_mistakes(tmp_path: Path, text: str, line: int, english: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load(tmp_path, text)
    assert english in caught.value.message.en
    assert caught.value.message.zh
    assert (caught.value.path, caught.value.line) == ("askfirst.toml", line)


def test_a_file_that_cannot_be_decoded(tmp_path: Path) -> None:
    (tmp_path / "askfirst.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SettingsError, match="UTF-8"):
        load_settings(tmp_path, None)


def test_a_folder_of_that_name(tmp_path: Path) -> None:
    (tmp_path / "askfirst.toml").mkdir()
    with pytest.raises(SettingsError, match="cannot be read"):
        load_settings(tmp_path, None)


def test_the_schema_says_the_same() -> None:
    schema = settings_schema()
    jsonschema.Draft7Validator.check_schema(schema)
    jsonschema.validate(tomllib.loads(FULL), schema)
    for wrong in (
        "x = 1",
        "project = { markets = ['us'] }",
        "rules = { severity = { a = 'b' } }",
        "per-path = { a = { b = [] } }",
    ):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(tomllib.loads(wrong), schema)
