"""Why in words: how one step leads to the next, what a guard is worth and why, what is a guess."""

from __future__ import annotations

from collections.abc import Iterable

from askfirst.findings import Confidence
from askfirst.model.worth import Verdict, Worth
from askfirst.text import Text

NO_NOTE = Text("", "")
HOW = {
    "starts": Text("opened from the step before", "由上一步打开"),
    "hands-over": Text("run by what it is handed to", "由接收方运行"),
    "callback": Text("called back by the system or a library", "由系统或库回调"),
    "injected": Text("created by dependency injection", "由依赖注入创建"),
    "initialises": Text("initialised on first use", "首次使用时初始化"),
}
GUESSES = {
    Confidence.MEDIUM: Text("a guess: one of several that may run", "推测：可能运行的若干实现之一"),
    Confidence.LOW: Text("a guess: only the name fits", "推测：仅名称相符"),
}
_WORTH = {
    Worth.NOTHING: Text("not consent", "不是同意"),
    Worth.SET_BY_APP: Text("the app sets it itself", "由应用自行设置"),
    Worth.OPT_OUT: Text("true until someone switches it off", "默认开启，需用户关闭"),
    Worth.UNKNOWN: Text("unknown whether it is consent", "无法判断是否为同意"),
    Worth.CONSENT: Text("consent", "同意"),
    Worth.NEVER: Text("never true", "恒为假"),
}
_WHY = {
    "build": Text("a matter of the build, the process or the device", "属于构建、进程或设备条件"),
    "library": Text("a library's own answer", "由第三方库决定"),
    "resource": Text("a resource that is not here", "资源不在项目中"),
    "failure": Text("only where something fails", "仅在出错时"),
    "permission": Text("a permission, not an agreement", "是权限，而非同意"),
    "constant": Text("a constant", "常量"),
    "platform": Text("a consent platform's answer", "同意管理平台的结果"),
    "settings": Text("named in askfirst.toml", "在 askfirst.toml 中指定"),
    "written": Text("written only after a person's act", "仅在用户操作之后写入"),
    "consent": Text("speaks of agreement", "与同意有关"),
    "collect": Text("speaks of collecting", "与数据收集有关"),
    "login": Text("speaks of a login", "与登录有关"),
    "first": Text("speaks of a first run", "与首次运行有关"),
}
_SHOWN = 3  # guards named at one step


def guarded(verdicts: Iterable[Verdict]) -> Text:
    """What the guards at one step are worth and why, the strongest first."""
    named = sorted((v for v in verdicts if v.text), key=lambda v: -v.worth)
    said: dict[str, Text] = {}
    for v in named:
        worth, why = _WORTH[v.worth], _WHY.get(v.kind, NO_NOTE)
        en = f"guarded by `{v.text}`: {worth.en}" + (f" ({why.en})" if why.en else "")
        said.setdefault(v.text, Text(en, f"受 `{v.text}` 控制：{worth.zh}" + (f"（{why.zh}）" if why.zh else "")))
    found = NO_NOTE
    for text in list(said.values())[:_SHOWN]:
        found = joined(found, text)
    return found


def joined(a: Text, b: Text) -> Text:
    """Two notes as one."""
    if not a.en or not b.en:
        return a if a.en else b
    return Text(f"{a.en}; {b.en}", f"{a.zh}；{b.zh}")


def why(verdict: Verdict) -> Text:
    """Why a guard is worth what it is: `(speaks of agreement)`; empty where its worth says all."""
    said = _WHY.get(verdict.kind, NO_NOTE)
    return Text(f"({said.en})", f"（{said.zh}）") if said.en else NO_NOTE
