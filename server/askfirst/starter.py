"""The askfirst.toml that `askfirst init` writes: every key, with what it is for, commented out."""

from __future__ import annotations

from askfirst.text import Text

STARTER = Text(
    en="""\
# Settings of Askfirst for this project. Take the `#` from the lines you want.

[project]
# The app's category: one of the 39 for which a regulation lists the necessary personal information (for rules to come).
# category = "map-navigation"
# Whose clauses reports name.
# markets = ["cn", "play", "eu"]
# The language of reports: "en" or "zh".
# lang = "en"

[consent]
# Functions and properties whose truth means that the user has agreed, where the code does not show it.
# gates = ["com.example.Privacy.isAgreed"]

[permissions.reasons]
# Why the app needs a permission, in your words; `permissions/unused` takes it for a use.
# "android.permission.CAMERA" = "scans the QR code of a bill"

[rules]
# Only these rules or themes; all when absent. `askfirst rules` lists them.
# select = ["consent", "permissions", "sdk"]
# Leave these out.
# ignore = ["consent/opt-out"]
# How bad a finding of a rule is here: "error", "warning" or "note".
# severity = { "consent/opt-out" = "error" }

[paths]
# Leave these files out, as if they were not there.
# exclude = ["demo/**"]

# Leave rules out below a path.
# [per-path."legacy/**"]
# ignore = ["consent/opt-out"]
""",
    zh="""\
# 本项目的 Askfirst 设置。去掉行首的 `#` 即可启用。

[project]
# 应用类别：《常见类型移动互联网应用程序必要个人信息范围规定》列出的 39 类之一（供后续规则使用）。
# category = "map-navigation"
# 报告中列出哪些市场的条款。
# markets = ["cn", "play", "eu"]
# 报告使用的语言："en" 或 "zh"。
# lang = "zh"

[consent]
# 代码本身看不出来时，在此列出其值为真即表示用户已同意的函数或属性。
# gates = ["com.example.Privacy.isAgreed"]

[permissions.reasons]
# 应用为什么需要某项权限；`permissions/unused` 视其为已使用。
# "android.permission.CAMERA" = "扫描账单上的二维码"

[rules]
# 只用这些规则或主题；不写则全用。`askfirst rules` 列出全部规则。
# select = ["consent", "permissions", "sdk"]
# 不用这些规则。
# ignore = ["consent/opt-out"]
# 在本项目中某条规则的级别："error"、"warning" 或 "note"。
# severity = { "consent/opt-out" = "error" }

[paths]
# 排除这些文件，如同不存在。
# exclude = ["demo/**"]

# 在某个路径之下不用某些规则。
# [per-path."legacy/**"]
# ignore = ["consent/opt-out"]
""",
)
