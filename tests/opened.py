"""Small projects, opened and checked, for tests of what editors show."""

from __future__ import annotations

from pathlib import Path

from askfirst.findings import Confidence
from askfirst.hints.shapes import About
from askfirst.pool import SerialPool
from askfirst.rules import RULES, themes
from askfirst.settings import load_settings
from askfirst.workspace import Workspace

CODE = "app/src/main/java/com/demo"
MANIFEST = "app/src/main/AndroidManifest.xml"
BUILD = "app/build.gradle"
FRAME = {
    "settings.gradle": "include ':app'\n",
    BUILD: """apply plugin: 'com.android.application'
android { namespace 'com.demo'; defaultConfig { minSdkVersion 26; targetSdkVersion 34 } }
dependencies {
    implementation 'com.umeng.umsdk:common:9.6.0'
    implementation 'androidx.work:work-runtime:2.9.0'
    implementation 'com.demo:nothing:1.0'
}
""",
    MANIFEST: """<manifest xmlns:android="http://schemas.android.com/apk/res/android">
    <uses-permission android:name="android.permission.READ_PHONE_STATE" />
    <uses-permission android:name="android.permission.CAMERA" />
    <uses-permission android:name="android.permission.READ_CONTACTS" />
    <application android:name=".App">
        <activity android:name=".SplashActivity" android:exported="true">
            <intent-filter>
                <action android:name="android.intent.action.MAIN" />
                <category android:name="android.intent.category.LAUNCHER" />
            </intent-filter>
        </activity>
        <meta-data android:name="firebase_analytics_collection_enabled" android:value="false" />
    </application>
</manifest>
""",
    f"{CODE}/App.kt": """package com.demo

import android.app.Application
import android.content.Context
import android.telephony.TelephonyManager
import com.umeng.commonsdk.UMConfigure

class App : Application() {
    override fun onCreate() {
        super.onCreate()
        Device.report(this)
        if (Privacy.isAgreed(this)) {
            UMConfigure.init(this, "key", "web", UMConfigure.DEVICE_TYPE_PHONE, null)
        }
    }
}

object Device {
    fun report(context: Context) {
        val phone = context.getSystemService(Context.TELEPHONY_SERVICE) as TelephonyManager
        send(phone.imei)
    }
    fun unused(phone: TelephonyManager) = phone.subscriberId
    private fun send(value: String) {}
}

object Privacy {
    fun isAgreed(context: Context) = context.getSharedPreferences("p", 0).getBoolean("agree_policy", false)
    fun agree(context: Context) = context.getSharedPreferences("p", 0).edit().putBoolean("agree_policy", true).apply()
}
""",
    f"{CODE}/SplashActivity.kt": """package com.demo

import android.Manifest
import android.app.Activity
import android.os.Bundle
import android.provider.Settings
import android.view.View

class SplashActivity : Activity() {
    override fun onCreate(savedInstanceState: Bundle?) {
        super.onCreate(savedInstanceState)
        findViewById<View>(1).setOnClickListener {
            Privacy.agree(this)
            val id = Settings.Secure.getString(contentResolver, Settings.Secure.ANDROID_ID)
        }
        requestPermissions(arrayOf(Manifest.permission.CAMERA), 1)
        // askfirst: allow[consent/opt-out, permissions] shown in the contract
        val quiet = 1
    }
}
""",
    "askfirst.toml": """[project]
markets = ["cn"]
[permissions.reasons]
"android.permission.READ_CONTACTS" = "finds friends"
[rules]
ignore = ["consent/opt-out"]
""",
}


def opened(root: Path, files: dict[str, str] | None = None) -> Workspace:
    """The frame with `files` in it (a file of the frame is replaced), written, checked."""
    for path, text in (FRAME | (files or {})).items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    return checked(root)


def checked(root: Path) -> Workspace:
    workspace = Workspace(root, load_settings(root, None, tuple(RULES), themes()), SerialPool())
    workspace.check(minimum=Confidence.MEDIUM)
    return workspace


def about(workspace: Workspace, path: str, words: str) -> About | None:
    """What is said where `words` stand; with `‸` in them where that stands."""
    data = (workspace.root / path).read_bytes()
    before, _, after = words.partition("‸")
    return workspace.about(path, data.index((before + after).encode()) + len(before.encode()))


def said(workspace: Workspace, path: str, words: str, lang: str) -> str:
    """The same in one language, without the addresses of the project's files. Fails where nothing is said."""
    found = about(workspace, path, words)
    assert found is not None, words
    assert found.span.path == path
    return found.text.of(lang).replace(workspace.root.absolute().as_uri(), "")
