"""The project's own gates: which they are, and the words that ask them."""

from __future__ import annotations

from pathlib import Path

import pytest

from askfirst.model.gates import Gates
from askfirst.model.model import Model
from askfirst.pool import SerialPool
from askfirst.settings import Settings
from askfirst.workspace import Workspace

KOTLIN = """package com.demo
import android.content.Context
object Privacy {
    fun agreed(context: Context) = context.getSharedPreferences("a", 0).getBoolean("agreed", false)
}
"""
JAVA = """package com.demo;
public class Privacy {
    public static boolean isAgreed() { return prefs.getBoolean("agreed", false); }
}
"""
APP = """package com.demo
class App : android.app.Application() {{
    override fun onCreate() {{ {} }}
    fun run(other: android.content.Context) {{ }}
    fun later() {{ post {{ spot() }} }}
    fun maybe(other: android.content.Context?) {{ }}
    companion object {{ fun made() {{ }} }}
}}
fun top() {{ }}
"""
ASKED = "if (Privacy.agreed(this)) { }"


def model(root: Path, **files: str) -> Model:
    texts = {"settings.gradle": "include ':app'", "app/build.gradle": "apply plugin: 'com.android.application'"}
    for name, text in files.items():
        kind = "java" if ";" in text.splitlines()[0] else "kt"
        texts[f"app/src/main/java/com/demo/{name}.{kind}"] = text
    for path, text in texts.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    return Workspace(root, Settings(), SerialPool()).model()


def words(found: Model, name: str) -> str:
    """What asks the gate in the function of that name (for a lambda, "post": the code given to it)."""
    gates, symbols = found.gates, found.symbols
    assert isinstance(gates, Gates)
    return next(gates.words(fn) for fn in symbols.all_functions() if symbols.function(fn).name == name)


@pytest.mark.parametrize(
    ("function", "said"),
    [
        ("onCreate", "Privacy.agreed(this)"),
        ("run", "Privacy.agreed(other)"),
        ("<lambda>", ""),  # its `this` may be another
        ("maybe", "Privacy.agreed(this)"),
        ("made", ""),
        ("top", ""),
    ],
)
def test_the_argument_is_a_context_at_hand(tmp_path: Path, function: str, said: str) -> None:
    assert words(model(tmp_path, Privacy=KOTLIN, App=APP.format(ASKED)), function) == said


@pytest.mark.parametrize(
    ("privacy", "asked", "said"),
    [
        (JAVA, "if (Privacy.isAgreed()) { }", "Privacy.isAgreed()"),
        (JAVA, "", ""),  # nobody asks it: nothing shows that it is a gate
        (JAVA.replace('"agreed", false', '"agreed", true'), "if (Privacy.isAgreed()) { }", ""),
        (JAVA.replace("isAgreed", "isNotAgreed"), "if (Privacy.isNotAgreed()) { }", ""),
        (JAVA.replace("static ", ""), "if (Privacy().isAgreed()) { }", ""),
        (JAVA.replace("public static", "private static"), "if (Privacy.isAgreed()) { }", ""),
        (JAVA.replace("isAgreed()", "isAgreed(int a)"), "if (Privacy.isAgreed(1)) { }", ""),
        ("package com.demo\nfun PrivacyPolicy() { store.getBoolean(\"agreed\", false) }\n", "PrivacyPolicy()", ""),
        ("package com.demo\nfun agreedText() = store.getString(\"agreed\", \"\")\n", "if (agreedText() == \"1\") { }", ""),
        ("package com.demo\nval agreed = store.getString(\"agreed\", \"\")\n", "if (agreed == \"1\") { }", ""),
        ("package com.demo\nfun hasAgreed() = !store.isEmpty(\"agreed\") && version > 2\n", "if (hasAgreed()) { }", "hasAgreed()"),
        (JAVA.replace("boolean", "String"), "if (Privacy.isAgreed()) { }", ""),
        ("package com.demo\nvar agreed = false\n", "if (agreed) { }", "agreed"),
        ("package com.demo\nfun hasAgreed(): Boolean = store.getBoolean(\"agreed\", false)\n", "if (hasAgreed()) { }", "hasAgreed()"),
        ("package com.demo\nobject P { val agreed get() = store.getBoolean(\"agreed\", false) }\n", "if (P.agreed) { }", "P.agreed"),
        ("package com.demo\nsuspend fun hasAgreed() = store.getBoolean(\"agreed\", false)\n", "if (hasAgreed()) { }", ""),
        ("package com.demo\nclass P { companion object { var agreed = false } }\n", "if (P.agreed) { }", "P.agreed"),
        ("package com.demo\nclass P { companion object { var agreed = false } }\n", "val agreed = P.agreed; if (agreed) { }", "P.agreed"),
        ("package com.demo\nvar agreed = false\nvar consented = false\n", "if (agreed && consented) { }", ""),
    ],
)  # fmt: skip
def test_what_is_a_gate(tmp_path: Path, privacy: str, asked: str, said: str) -> None:
    found = model(tmp_path, Privacy=privacy, App=APP.format(asked))
    assert words(found, "run") == said


@pytest.mark.parametrize(("function", "said"), [("onCreate", "Privacy.agreed(this)"), ("run", "Privacy.agreed(this)")])
def test_the_context_is_one_that_the_gate_takes(tmp_path: Path, function: str, said: str) -> None:
    privacy = KOTLIN.replace("context: Context", "context: android.app.Application")
    found = model(tmp_path, Privacy=privacy, App=APP.format(ASKED))
    assert words(found, function) == said  # not `other`, which is any context
    activity = "package com.demo\nclass Main : android.app.Activity() { fun stop() { } }"
    assert words(model(tmp_path, Privacy=privacy, App=APP.format(ASKED), Main=activity), "stop") == ""


def test_a_gate_of_one_flavour_is_not_asked_from_all(tmp_path: Path) -> None:
    model(tmp_path, App=APP.format(ASKED))
    flavour = tmp_path / "app/src/full/java/Privacy.kt"
    flavour.parent.mkdir(parents=True)
    flavour.write_text(KOTLIN)
    found = Workspace(tmp_path, Settings(), SerialPool()).model()
    assert [gate.name for gate in found.gates.all] == ["agreed"]
    assert words(found, "run") == ""


def test_a_gate_is_not_asked_in_itself(tmp_path: Path) -> None:
    found = model(tmp_path, Privacy=JAVA, App=APP.format("if (Privacy.isAgreed()) { }"))
    assert words(found, "isAgreed") == ""


def test_java_does_not_ask_what_kotlin_has(tmp_path: Path) -> None:
    java = "package com.demo;\nclass Other extends android.app.Activity { void stop() { } }"
    found = model(tmp_path, Privacy=KOTLIN, App=APP.format(ASKED), Other=java)
    assert words(found, "stop") == ""
    assert words(found, "run") != ""


@pytest.mark.parametrize(
    ("head", "said"),
    [
        ("import com.demo.Privacy", "Privacy.isAgreed()"),
        ("", "com.demo.Privacy.isAgreed()"),
        ("class Privacy", "com.demo.Privacy.isAgreed()"),
    ],
)
def test_the_name_is_as_short_as_the_file_allows(tmp_path: Path, head: str, said: str) -> None:
    other = f"package org.other\n{head}\nclass Other {{ fun stop() {{ }} }}"
    found = model(tmp_path, Privacy=JAVA, App=APP.format("if (Privacy.isAgreed()) { }"), Other=other)
    assert words(found, "stop") == said


def test_what_java_keeps_in_its_package_is_not_asked_from_another(tmp_path: Path) -> None:
    other = "package org.other\nclass Other { fun stop() { } }"
    privacy = JAVA.replace("public static", "static")
    found = model(tmp_path, Privacy=privacy, App=APP.format("if (Privacy.isAgreed()) { }"), Other=other)
    assert (words(found, "stop"), words(found, "run")) == ("", "Privacy.isAgreed()")


@pytest.mark.parametrize(("head", "said"), [("import com.demo.agreed", "agreed"), ("", "")])
def test_what_stands_at_top_level_must_be_imported(tmp_path: Path, head: str, said: str) -> None:
    other = f"package org.other\n{head}\nclass Other {{ fun stop() {{ }} }}"
    gate = "package com.demo\nvar agreed = false\n"
    assert words(model(tmp_path, Privacy=gate, App=APP.format("if (agreed) { }"), Other=other), "stop") == said
