"""The build and manifest half of the model: nothing raises, whatever files say, and size costs little."""

from __future__ import annotations

import time
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from askfirst.project import File, Module, Project
from askfirst.source import make_source
from trees import APPLICATION, LAUNCHER, LIBRARY, Tree, assemble, grow, manifest

FILES = {
    "settings.gradle": "include ':app', ':core'\nproject(':core').projectDir = file('core')",
    "build.gradle": "buildscript { ext.kit = '1' }\next { deps = [a: 'a:b:1', c: [d: \"c:d:$kit\"]] }\n"
    "subprojects { x = 1 }",
    "app/build.gradle": APPLICATION + "plugins { alias(libs.plugins.app) apply false }\n"
    "android { namespace 'a.b'; flavorDimensions 's'; defaultConfig { minSdk 21; manifestPlaceholders = [k: 'v'] }\n"
    "productFlavors { play { dimension 's' } }\nbuildTypes { qa { initWith debug } } }\n"
    "dependencies { implementation libs.bundles.all\nimplementation project(':core')\nimplementation deps.c.d\n"
    "['x:y:1', deps].each { implementation it }\nDeps.all(this, '1', [2])\nself(project)\n"
    "apply plugin: Q\nimplementation('x:y:1') { exclude group: 'z' }\nimplementation platform('p:q:1') }",
    "buildSrc/src/main/kotlin/B.kt": "import org.gradle.api.Plugin\nobject Deps { const val x = \"x:y:1\"\n"
    "fun DependencyHandler.all(v: String = \"1\", vararg more: Any) { add(\"api\", \"a:b:$v\"); more.forEach { api(it) } } }\n"
    "fun Project.self(p: Project) { p.self(this); listOf(\"q\", Deps.x).forEach(::self) }\n"
    "open class P : Plugin<Project> { override fun apply(t: Project) { with(t) { plugins.apply(P::class); self(t) } } }\n"
    "class Q(val h: H) : P() { val i = H(); override fun apply(t: Project) { super.apply(t); h.go(t); i.go(t, 1) } }\n"
    "class H { fun go(t: Project) = t.all(\"2\")\nfun go(t: Project, n: Int) { H().go(t) } }",
    "core/build.gradle": LIBRARY + "dependencies { api(project(path: ':app')) }",
    "gradle/libs.versions.toml": '[versions]\nv = "1"\n[libraries]\na = { module = "a:b", version.ref = "v" }\n'
    '[bundles]\nall = ["a"]\n[plugins]\napp = "com.android.application:8"\n',
    "app/src/main/AndroidManifest.xml": manifest(
        '<uses-sdk android:minSdkVersion="3"/><uses-permission android:name="a" tools:node="removeAll"/>',
        f'<activity android:name=".A">{LAUNCHER}</activity><meta-data android:name="${{k}}" android:value="@bool/b"/>',
    ),
    "core/src/main/AndroidManifest.xml": manifest('<uses-permission android:name="b" android:maxSdkVersion="9"/>'),
    "app/src/main/res/values/v.xml": "<resources><bool name='b'>@bool/b</bool>"
    "<array name='c'><item/></array></resources>",
    "app/src/main/res/xml/p.xml": "<P xmlns:android='http://schemas.android.com/apk/res/android' "
    "android:key='@bool/b'/>",
}
LANGUAGES = {".gradle": "groovy", ".toml": "catalog", ".xml": "xml", ".kt": "kotlin"}


def read(files: dict[str, str]) -> Tree:
    """The model of `files`, which are on no disk."""
    rows = []
    for path in sorted(files):
        folder = path.rpartition("/")[0]
        module = next((name for name in ("app", "core") if f"{path}/".startswith(f"{name}/")), "")
        language = next(name for ending, name in LANGUAGES.items() if path.endswith(ending))
        rows.append(File(path, language, module, "main" if "/src/" in f"{folder}/" else "", True, 0))
    modules = tuple(Module(name, f"{name}/build.gradle".lstrip("/")) for name in ("", "app", "core"))
    project = Project(Path(), tuple(rows), modules, ())
    return assemble(project, lambda file: make_source(file.path, file.language, files[file.path].encode()))


def ask_everything(tree: Tree) -> None:
    for module in tree.modules.all:
        assert tree.modules.closure(module)[0] is module
        tree.dependencies.sdks(module)
        for merged in tree.manifests.of(module):
            merged.launchers()
            assert isinstance(merged.implied, tuple)
            assert isinstance(module.application_id(merged.variant), str)
    assert isinstance(tree.dependencies.libraries, tuple)
    assert isinstance(tree.manifests.declarations, tuple)
    assert isinstance(tree.resources.preferences, tuple)
    tree.resources.resolve("app", "@bool/b")


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(sorted(FILES)),
    st.integers(0, 900),
    st.integers(0, 40),
    st.text("{}[]()<>\"'$:,.=\n ab1", max_size=6),
)
def test_broken_files_raise_nothing(path: str, start: int, length: int, text: str) -> None:
    whole = FILES[path]
    start %= len(whole)
    ask_everything(read(FILES | {path: whole[:start] + text + whole[start + length :]}))


def test_texts_made_of_texts_do_not_explode() -> None:
    lines = ["def a0 = 'x:y:1'"]
    lines += ["def c0 = 'x:y:1'", *(f"def c{n} = {' + '.join([f'c{n - 1}'] * 50)}" for n in range(1, 14))]
    lines += [f'def a{n} = "{f"$a{n - 1}" * 50}"\ndef b{n} = [{f"b{n - 1}, " * 50}a0]' for n in range(1, 14)]
    script = "\n".join((APPLICATION, *lines, 'dependencies { implementation c13\nimplementation "$a13"\nimplementation b13 }'))
    started = time.process_time()
    ask_everything(read(FILES | {"app/build.gradle": script}))
    assert time.process_time() - started < 5


def test_functions_that_call_each_other_do_not_explode() -> None:
    code = ["import org.gradle.api.Project"]
    code += [f"fun Project.f{n}() {{ {f'f{n + 1}(); ' * 30} }}" for n in range(12)]
    code.append('fun Project.f12() { dependencies { api("a:b:1") } }')
    loops = "".join(f"['a:b:{n}', x{n - 1}].each {{ x{n} -> api x{n}\n" for n in range(1, 50)) + "}" * 49
    script = f"{APPLICATION}f0()\ndependencies {{ {loops} }}"
    started = time.process_time()
    ask_everything(read(FILES | {"app/build.gradle": script, "buildSrc/src/main/kotlin/C.kt": "\n".join(code)}))
    assert time.process_time() - started < 5


def test_values_made_in_functions_do_not_explode() -> None:
    code = ["import org.gradle.api.Project", 'fun Project.texts() {\nval a0 = "x"\nval b0 = "x"\nval c0 = "x"']
    for n in range(1, 400):
        code.append(f'val a{n} = "${{a{n - 1}}}${{a{n - 1}}}"\nval b{n} = listOf(b{n - 1}, b{n - 1})\nval c{n} = listOf(c{n - 1})')
    code.append('dependencies { api("$a30"); api(b30); api(c399) }\n}')
    code += [f"fun Project.f{n}(x: Any) {{ f{n + 1}(listOf({', '.join('x' * 9)})); api(x) }}" for n in range(12)]
    script = f"{APPLICATION}texts()\nf0('a:b:1')"
    started = time.process_time()
    ask_everything(read(FILES | {"app/build.gradle": script, "buildSrc/src/main/kotlin/C.kt": "\n".join(code)}))
    assert time.process_time() - started < 5


def test_loops_inside_of_loops_do_not_explode() -> None:
    loops = "".join(f"for (x{n} in ['a', 'b', 'c', 'd']) {{\n" for n in range(40)) + "}" * 40
    text = "".join(f"${{x{n}}}" for n in range(40))
    script = f'{APPLICATION}dependencies {{ {loops.replace("}", f"""implementation "{text}" }}""", 1)} }}'
    script += 'x "$' + "a." * 200_000 + '"'
    started = time.process_time()
    ask_everything(read(FILES | {"app/build.gradle": script}))
    assert time.process_time() - started < 5


def test_deep_manifest() -> None:
    text = "<manifest>" + "<application>" * 5000
    ask_everything(read(FILES | {"app/src/main/AndroidManifest.xml": text}))


def test_three_hundred_modules(tmp_path: Path) -> None:
    names = [f"m{number}" for number in range(300)]
    files = {"settings.gradle": "include " + ", ".join(f"':{name}'" for name in names)}
    for number, name in enumerate(names):
        needs = "\n".join(f"implementation project(':m{other}')" for other in range(number + 1, min(number + 6, 300)))
        kind = LIBRARY if number else APPLICATION
        files[f"{name}/build.gradle"] = (
            f"{kind}android {{ namespace 'a.{name}' }}\ndependencies {{ {needs}\napi 'a:b:1' }}"
        )
        files[f"{name}/src/main/AndroidManifest.xml"] = manifest(f'<uses-permission android:name="p{number}"/>')
    tree = grow(tmp_path, files)
    started = time.process_time()
    again = type(tree.modules)(tree.project, tree.units)
    assert time.process_time() - started < 1.5  # about 0.05 s on an ordinary machine
    app = again.of("m0")
    assert len(again.closure(app)) == 300
    assert len(tree.manifests.of(tree.modules.of("m0"))[0].permissions) == 300
