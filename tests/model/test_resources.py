"""Resources by name, and the defaults of preferences."""

from __future__ import annotations

from pathlib import Path

from trees import APPLICATION, LIBRARY, grow

FILES = {
    "settings.gradle": "include ':app', ':core', ':other'",
    "app/build.gradle": APPLICATION + "android { defaultConfig { resValue 'string', 'made', 'by Gradle' } }\n"
    "dependencies { implementation project(':core') }",
    "core/build.gradle": LIBRARY,
    "other/build.gradle": LIBRARY,
    "app/src/main/res/values/strings.xml": """<resources>
        <string name="title">Don\\'t track</string>
        <string name="again">@string/title</string>
        <string name="loop">@string/loop</string>
        <string name="styled">I <b>agree</b></string>
        <bool name="ads">false</bool>
        <bool name="ads_too">@bool/ads</bool>
        <item type="bool" name="on">true</item>
    </resources>""",
    "app/src/main/res/values-zh-rCN/strings.xml": '<resources><string name="title">不跟踪</string></resources>',
    "app/src/full/res/values/strings.xml": '<resources><string name="title">Full</string></resources>',
    "core/src/main/res/values/values.xml": '<resources><string name="title">Core</string></resources>',
    "other/src/main/res/values/values.xml": '<resources><string name="elsewhere">Other</string></resources>',
    "app/src/main/res/xml/settings.xml": """
        <PreferenceScreen xmlns:android="http://schemas.android.com/apk/res/android"
            xmlns:app="http://schemas.android.com/apk/res-auto">
            <SwitchPreference android:key="@string/again" android:title="@string/title"
                android:defaultValue="@bool/on"/>
            <SwitchPreferenceCompat app:key="stats" app:defaultValue="false"/>
            <Preference android:key="about"/>
        </PreferenceScreen>""",
}


def test_strings(tmp_path: Path) -> None:
    resources = grow(tmp_path, FILES).resources
    assert resources.string("app", "title") == "Don't track"
    assert resources.string("app", "again") == "Don't track"
    assert resources.string("core", "title") == "Core"
    assert resources.string("app", "elsewhere") == "Other"
    assert resources.string("app", "styled") == "I agree"
    assert resources.string("app", "made") == "by Gradle"
    assert resources.string("app", "missing") == ""
    assert resources.string("app", "loop") == "@string/loop"


def test_other_values(tmp_path: Path) -> None:
    resources = grow(tmp_path, FILES).resources
    found = [resources.resolve("app", f"@bool/{name}") for name in ("ads", "ads_too", "on", "missing")]
    assert found == ["false", "false", "true", "@bool/missing"]


def test_preferences(tmp_path: Path) -> None:
    tree = grow(tmp_path, FILES)
    switch, stats, about = tree.resources.preferences
    assert (switch.key, switch.value, switch.title) == ("Don't track", "true", "Don't track")
    assert tree.words(switch.place) == "@bool/on"
    assert (stats.key, stats.value) == ("stats", "false")
    assert (about.value, tree.words(about.place)) == ("", "<Preference")
