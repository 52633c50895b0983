"""Invariants 1 and 3 for the code half of the model: whatever small programs are made of guards, flags, writes, lambdas and
calls among each other, the check is whole, and lazy resolution finds what eager resolution finds."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from askfirst.findings import Confidence, Report
from askfirst.pool import SerialPool
from askfirst.settings import Settings
from askfirst.workspace import Workspace

FUNCTIONS = ("alpha", "beta", "gamma", "onCreate")
KEYS = ("agreed", "dark")
HEAD = "package a\nimport android.app.Application\nimport com.umeng.commonsdk.UMConfigure\nclass App : Application() {\n"
FIELDS = (
    "  var flag = false\n  val kept by lazy { alpha() }\n"
    '  val shown: Boolean get() = prefs.getBoolean("agreed", flag)\n  val prefs by lazy { getSharedPreferences("p", 0) }\n'
)

GUARDED = 'if (prefs.getBoolean("agreed", false)) {{ {}\n UMConfigure.init(this, "k", "c", 1, null) }}'

names = st.sampled_from(FUNCTIONS)
keys = st.sampled_from(KEYS)
conditions = st.recursive(
    st.one_of(
        st.sampled_from(["flag", "shown", "true", "BuildConfig.DEBUG", "kept == null", "p", "alpha()"]),
        st.builds('prefs.getBoolean("{}", {})'.format, keys, st.sampled_from(["true", "false"])),
    ),
    lambda inner: st.one_of(
        st.builds("!({})".format, inner),
        st.builds("({} && {})".format, inner, inner),
        st.builds("({} || {})".format, inner, inner),
        st.builds("(if ({}) {} else {})".format, inner, inner, inner),
    ),
    max_leaves=4,
)
calls = st.one_of(
    st.builds("{}()".format, names),
    st.builds("beta({})".format, conditions),
    st.just('UMConfigure.init(this, "k", "c", 1, null)'),
    st.builds('prefs.edit().putBoolean("{}", {}).apply()'.format, keys, conditions),
    st.builds("flag = {}".format, conditions),
    st.just('prefs.edit().putBoolean("agreed", true).apply()'),
    st.just("kept.toString()"),
    st.just("return"),
)
statements = st.recursive(
    calls,
    lambda inner: st.one_of(
        st.builds("if ({}) {{ {} }}".format, conditions, inner),
        st.builds("if ({}) return\n{}".format, conditions, inner),
        st.builds("this.apply {{ {} }}".format, inner),
        st.builds("gamma {{ {} }}".format, inner),
        st.builds("Thread {{ {} }}.start()".format, inner),
        st.builds("object : Runnable {{ override fun run() {{ {} }} }}.run()".format, inner),
        st.builds("{}\n{}".format, inner, inner),
        st.builds(GUARDED.format, inner),
    ),
    max_leaves=5,
)
programs = st.builds(
    lambda a, b, g, c: (
        HEAD
        + FIELDS
        + f"  fun alpha(): Boolean {{ {a}\nreturn shown }}\n  fun beta(p: Boolean = true) {{ {b} }}\n"
        + f"  fun gamma(block: () -> Unit = {{}}) {{ {g}\nblock() }}\n  override fun onCreate() {{ super.onCreate()\n{c} }}\n}}\n"
    ),
    statements, statements, statements, statements,
)  # fmt: skip


def check(root: Path, eager: bool) -> Report:
    return Workspace(root, Settings(), SerialPool(), eager).check(minimum=Confidence.LOW)._replace(timings=())


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(programs, st.integers(0, 4000))
def test_programs_are_judged_and_in_any_order(program: str, cut: int) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "src" / "App.kt"
        path.parent.mkdir()
        path.write_text(program if cut > len(program) else program[:cut] + program[cut + 1 :])  # sometimes broken
        lazy, eager = check(Path(folder), eager=False), check(Path(folder), eager=True)
        assert [n.text.en for n in lazy.notes if n.serious] == []
        assert lazy == eager
