"""Gradle scripts: every way to say a thing, in Groovy and in the Kotlin DSL."""

from __future__ import annotations

import time

import pytest
from _pytest.mark import ParameterSet
from hypothesis import example, given, settings
from hypothesis import strategies as st

from askfirst.facts import extract
from askfirst.facts.rows import Facts, Value
from askfirst.source import make_source

G, K = "groovy", "kts"


def read(text: str, language: str) -> Facts:
    return extract(make_source("build.gradle", language, text.encode()))


def words(value: Value) -> str:
    inner = ", ".join(map(words, value.parts))
    shapes = {
        "str": f"'{value.text}'", "pair": f"{value.text}: {inner}", "list": f"[{inner}]", "map": f"{{{inner}}}",
        "call": f"{value.text}({inner})", "expr": f"<{inner}>", "closure": "{…}",
    }  # fmt: skip
    return shapes.get(value.kind, value.text)


def rows(text: str, language: str) -> list[str]:
    """`block/block: head op args ? guard` for each statement."""
    facts = read(text, language)
    assert not facts.problems
    lines = []
    for s in facts.statements:
        guard = f" ? {s.guard}" if s.guard else ""
        lines.append(f"{'/'.join(s.block)}: {s.head} {s.op} {', '.join(map(words, s.args))}{guard}".rstrip())
    return lines


def case(language: str, text: str, *expected: str) -> ParameterSet:
    return pytest.param(language, text, list(expected), id=f"{language}: {text[:50]}")


VARIABLES = [
    case(G, 'def x = "1"', ": x = '1'"),
    case(G, "final String x = '1'", ": x = '1'"),
    case(G, "List<String> x = ['a', \"b\"]", ": x = ['a', 'b']"),
    case(G, "ext { x = '1'; y = [a: 'b', \"c\": 2] }", ": ext block", "ext: x = '1'", "ext: y = {a: 'b', c: 2}"),
    case(G, "ext.x = '1'\next[\"y\"] = 2", ": ext.x = '1'", ": ext.y = 2"),
    case(G, "def x = a ? '1' : '2'", ": x = <a, '1', '2'>"),
    case(G, "x = -1\ny = 'a' + b", ": x = -1", ": y = <'a', b>"),
    case(K, 'val x = "1"', ": x = '1'"),
    case(K, 'private const val x: String = "1"', ": x = '1'"),
    case(K, 'val x by extra("1")', ": x = '1'"),
    case(K, 'val x: String by extra { "1" }', ": x = '1'"),
    case(K, "val x: String by project"),
    case(K, 'extra["x"] = "1"', ": extra.x = '1'"),
    case(K, 'extra.apply { set("x", "1") }', ": extra.apply block", "extra/apply: set call 'x', '1'"),
    case(K, 'val x = if (a) "1" else "2"', ": x = <'1', '2'>"),
    case(K, 'val x = y["k"] as String', ": x = y.k"),
    case(K, 'object Deps { const val a = "b" }', "Deps: a = 'b'"),
]

PLUGINS = [
    case(
        G,
        "plugins { id 'x' version '1' apply false\n id('y') }",
        ": plugins block",
        "plugins: id call 'x', version: '1', apply: false",
        "plugins: id call 'y'",
    ),
    case(
        G,
        "apply plugin: 'x'\napply from: \"$rootDir/a.gradle\"",
        ": apply call plugin: 'x'",
        ": apply call from: '$rootDir/a.gradle'",
    ),
    case(
        K,
        'plugins { id("x") version "1" apply false; alias(libs.plugins.x); kotlin("android")\n `java-library` }',
        ": plugins block",
        "plugins: id call 'x', version: '1', apply: false",
        "plugins: alias call libs.plugins.x",
        "plugins: kotlin call 'android'",
        "plugins: java-library call",
    ),
    case(K, 'apply(plugin = "x")', ": apply call plugin: 'x'"),
]

DEPENDENCIES = [
    case(G, "implementation 'a:b:1'", "implementation call 'a:b:1'"),
    case(G, "compile ('a:b:1')", "compile call 'a:b:1'"),
    case(
        G,
        "implementation('a:b:1') { exclude group: 'x', module: 'y' }",
        "implementation block 'a:b:1'",
        "/implementation(a:b:1): exclude call group: 'x', module: 'y'",
    ),
    case(
        G,
        "implementation 'a:b:1', { exclude module: 'y' }",
        "implementation block 'a:b:1'",
        "/implementation(a:b:1): exclude call module: 'y'",
    ),
    case(G, "implementation platform(libs.x)", "implementation call platform(libs.x)"),
    case(G, "add('x', 'a:b:1')", "add call 'x', 'a:b:1'"),
    case(G, "implementation project(':a')", "implementation call project(':a')"),
    case(G, "implementation project(path: ':a')", "implementation call project(path: ':a')"),
    case(G, "implementation projects.core.data", "implementation call projects.core.data"),
    case(
        G,
        "implementation group: 'a', name: 'b', version: '1'",
        "implementation call group: 'a', name: 'b', version: '1'",
    ),
    case(
        G,
        "implementation fileTree(dir: 'libs', include: ['*.jar'])",
        "implementation call fileTree(dir: 'libs', include: ['*.jar'])",
    ),
    case(G, "implementation files('x.jar')", "implementation call files('x.jar')"),
    case(G, "compile('a:b:1',\n 'c:d:2')", "compile call 'a:b:1', 'c:d:2'"),
    case(G, "compile 'a:b:1',\n\n 'c:d:2'", "compile call 'a:b:1', 'c:d:2'"),
    case(
        G,
        "implementation(['a:b:1', [group: 'c', name: 'd']])",
        "implementation call ['a:b:1', {group: 'c', name: 'd'}]",
    ),
    case(G, 'implementation "a:b:${versions.x}"', "implementation call 'a:b:${versions.x}'"),
    case(G, "implementation deps['x']", "implementation call deps.x"),
    case(G, "['a:b:1', x].each { implementation it }", "implementation call ['a:b:1', x]"),
    case(G, "[a: 'b', c: d].each { k, v -> add(k, v) }", "add call ['a', 'c'], ['b', d]"),
    case(G, "for (String s : ['a', 'b']) { implementation \"g:$s:1\" }", "implementation call ['g:a:1', 'g:b:1']"),
    case(G, "['a:b:1', x].each(this.&implementation)", "implementation call ['a:b:1', x]"),
    case(G, """[a: 'b', c: d].each { k, v -> api "$k:$v" }""", "api call ['a:$v', 'c:$v']"),
    case(K, """mapOf("a" to "b", "c" to "d").forEach { (k, v) -> api("$k:$v:$k:$w") }""", "api call ['a:b:a:$w', 'c:d:c:$w']"),
    case(K, """for (x in listOf("a", "b")) for (y in listOf("c", "d")) api("$x.e:$y")""",
         "api call ['a.e:c', 'a.e:d', 'b.e:c', 'b.e:d']"),
    case(G, "all.each { implementation it }", "all.each block", "/all/each: implementation call all"),
    case(K, 'listOf("a:b:1", libs.x).forEach(::implementation)', "implementation call ['a:b:1', libs.x]"),
    case(K, 'listOf("a:b:1", libs.x).forEach { implementation(it) }', "implementation call ['a:b:1', libs.x]"),
    case(K, 'arrayOf("a:b:1").forEach { d -> add("api", d) }', "add call 'api', ['a:b:1']"),
    case(K, '(listOf("a:b:1") + more).forEach { api(it) }', "api call <['a:b:1'], more>"),
    case(K, "for (d in listOf(x, y)) implementation(d)", "implementation call [x, y]"),
    case(K, "libs.forEach(::implementation)", "implementation call libs"),
    case(K, 'api(x).because("y")', "api call x", "api(x).because call 'y'"),
    case(K, "api(x).also { y(it) }", "api call x", "api(x).also block", "/api(x)/also: y call it"),
    case(G, "// implementation 'no'\n/* implementation 'no' */ implementation 'a//b'", "implementation call 'a//b'"),
    case(K, 'implementation("a:b:1")', "implementation call 'a:b:1'"),
    case(
        K,
        'implementation("a:b:1") { exclude(group = "x", module = "y") }',
        "implementation block 'a:b:1'",
        "/implementation(a:b:1): exclude call group: 'x', module: 'y'",
    ),
    case(K, "implementation(platform(libs.x))", "implementation call platform(libs.x)"),
    case(K, '"fullImplementation"(libs.y)', "fullImplementation call libs.y"),
    case(K, 'add("x", "a:b:1")', "add call 'x', 'a:b:1'"),
    case(K, 'implementation(project(path = ":a"))', "implementation call project(path: ':a')"),
    case(K, "implementation(libs.bundles.z)", "implementation call libs.bundles.z"),
    case(K, 'implementation(libs.findLibrary("x").get())', "implementation call libs.findLibrary(x).get()"),
    case(K, 'implementation(fileTree(mapOf("dir" to "libs")))', "implementation call fileTree({dir: 'libs'})"),
    case(K, 'implementation(\n    "a:b:1",\n)', "implementation call 'a:b:1'"),
    case(K, '/* a /* nested */ implementation("no") */ implementation("a")', "implementation call 'a'"),
]

ANDROID = [
    case(
        G,
        "defaultConfig { minSdkVersion 21\n minSdk = 21 }",
        "defaultConfig block",
        "/defaultConfig: minSdkVersion call 21",
        "/defaultConfig: minSdk = 21",
    ),
    case(G, "targetSdk = libs.versions.t.get().toInteger()", "targetSdk = libs.versions.t.get().toInteger()"),
    case(
        G,
        "manifestPlaceholders = [a: 'b']\nmanifestPlaceholders['c'] = \"d\"",
        "manifestPlaceholders = {a: 'b'}",
        "manifestPlaceholders.c = 'd'",
    ),
    case(G, "missingDimensionStrategy 'a', 'b'", "missingDimensionStrategy call 'a', 'b'"),
    case(
        G,
        "buildTypes { release { x true }\n create('beta') { initWith release } }",
        "buildTypes block",
        "/buildTypes: release block",
        "/buildTypes/release: x call true",
        "/buildTypes: create block 'beta'",
        "/buildTypes/create(beta): initWith call release",
    ),
    case(
        G,
        "flavorDimensions 'x', 'y'\nflavorDimensions += 'z'",
        "flavorDimensions call 'x', 'y'",
        "flavorDimensions += 'z'",
    ),
    case(
        G,
        "productFlavors { full { dimension 'x' }\n 'odd' { dimension 'y' } }",
        "productFlavors block",
        "/productFlavors: full block",
        "/productFlavors/full: dimension call 'x'",
        "/productFlavors: odd block",
        "/productFlavors/odd: dimension call 'y'",
    ),
    case(
        G,
        "sourceSets { main { java.srcDirs = ['a']; manifest.srcFile 'M.xml' } }",
        "sourceSets block",
        "/sourceSets: main block",
        "/sourceSets/main: java.srcDirs = ['a']",
        "/sourceSets/main: manifest.srcFile call 'M.xml'",
    ),
    case(G, "buildTypes.release.x = true\nlintOptions {\n}", "buildTypes.release.x = true", "lintOptions block"),
    case(
        K,
        "defaultConfig { minSdk = 21; targetSdk = libs.versions.t.get().toInt() }",
        "defaultConfig block",
        "/defaultConfig: minSdk = 21",
        "/defaultConfig: targetSdk = libs.versions.t.get().toInt()",
    ),
    case(
        K,
        'manifestPlaceholders["a"] = "b"\nmanifestPlaceholders += mapOf("c" to "d")',
        "manifestPlaceholders.a = 'b'",
        "manifestPlaceholders += {c: 'd'}",
    ),
    case(
        K,
        'buildTypes { getByName("debug") { x = 1 }\n val demo by creating { y = 2 } }',
        "buildTypes block",
        "/buildTypes: getByName block 'debug'",
        "/buildTypes/getByName(debug): x = 1",
        "/buildTypes: demo block",
        "/buildTypes/demo: y = 2",
    ),
    case(K, 'buildTypes.getByName("release").x = false', "buildTypes.getByName(release).x = false"),
    case(K, 'flavorDimensions += listOf("x", "y")', "flavorDimensions += ['x', 'y']"),
    case(
        K,
        'productFlavors { register("q") {\n dimension = "x" } }',
        "productFlavors block",
        "/productFlavors: register block 'q'",
        "/productFlavors/register(q): dimension = 'x'",
    ),
    case(K, 'sourceSets["main"].java.srcDir("d")', "sourceSets.main.java.srcDir call 'd'"),
    case(K, 'dynamicFeatures += setOf(":f")', "dynamicFeatures += [':f']"),
]

ELSE = [
    case(
        G,
        "configurations.all { exclude group: 'e', module: 'f'\n resolutionStrategy { force 'a:b:1' } }",
        ": configurations.all block",
        "configurations/all: exclude call group: 'e', module: 'f'",
        "configurations/all: resolutionStrategy block",
        "configurations/all/resolutionStrategy: force call 'a:b:1'",
    ),
    case(
        G,
        "configurations { all*.exclude group: 'x' }",
        ": configurations block",
        "configurations: all.exclude call group: 'x'",
    ),
    case(G, "include ':a', ':b:c'\ninclude ':d',\n ':e'", ": include call ':a', ':b:c'", ": include call ':d', ':e'"),
    case(G, "project(':x').projectDir = new File(rootDir, '../x')", ": project(:x).projectDir = File(rootDir, '../x')"),
    case(
        G,
        "if (a || b) { x 1 } else if (c) x 2\nelse { x 3 }\nx 4",
        ": x call 1 ? (a || b)",
        ": x call 2 ? !(a || b) && c",
        ": x call 3 ? !(a || b) && !(c)",
        ": x call 4",
    ),
    case(G, "for (i in 1..3) { x i }\nwhile (a) x 1", ": x call i", ": x call 1"),
    case(G, "switch (a) { case 'b': x 1; break\n default: x 2 }", ": x call 1 ? switch (a)", ": x call 2 ? switch (a)"),
    case(G, "try { x 1 } catch (Exception e) { x 2 }", ": x call 1", ": x call 2"),
    case(G, "def f() { x 1 }\nString g(a) { x 2 }", ": f fun", "fun f: x call 1", ": g fun a", "fun g: x call 2"),
    case(
        G,
        "ext.f = { String a, b -> x a }",
        ": ext.f = {…}",
        ": f fun a, b",
        "fun f: x call a",
    ),
    case(
        G,
        "task clean(type: Delete) { delete buildDir }",
        ": task block clean(type: Delete)",
        "task(clean): delete call buildDir",
    ),
    case(G, "x 'a\\'b', \"c\\u4e2d\", '''d\n'e''', /f\\/'g/", ": x call 'a'b', 'c中', 'd\n'e', 'f/'g'"),
    case(G, 'x "${a.collect { "}" + \'"\' }.join("}")} z"', ': x call \'${a.collect { "}" + \'"\' }.join("}")} z\''),
    case(G, "def a = b / c\nx d / 2", ": a = <b, c>", ": x call <d, 2>"),
    case(G, "variants.all { v, w -> x v }", ": variants.all block", "variants/all: x call v"),
    case(
        K,
        'configurations.all { exclude(group = "e") }',
        ": configurations.all block",
        "configurations/all: exclude call group: 'e'",
    ),
    case(K, "configure<com.a.AppExtension> { x(1) }", ": configure block", "configure(AppExtension): x call 1"),
    case(
        K,
        'include(":a", ":b")\nproject(":x").projectDir = file("y")',
        ": include call ':a', ':b'",
        ": project(:x).projectDir = file('y')",
    ),
    case(K, "if (a) { x(1) } else x(2)", ": x call 1 ? a", ": x call 2 ? !(a)"),
    case(K, 'when (a) { "b", "c" -> x(1)\n else -> { x(2) } }', ": x call 1 ? when (a)", ": x call 2 ? when (a)"),
    case(K, "fun A.f(b: C = d()): E { x(1) }", ": f fun b: d()", "fun f: x call 1"),
    case(K, "fun f(a: Map<B, C>, vararg d: E) = x(a)", ": f fun a, d", "fun f: x call a"),
    case(
        K, "class A(val b: C) { fun f() { x(1) } }\nx(2)", "class A: f fun", "class A/fun f: x call 1", ": x call 2"
    ),
    case(K, "val A.b: C\n    get() = d.e", ": b = d.e"),
    case(K, '@file:Suppress("a")\nimport b.c\n@Incubating x(1)', ": x call 1"),
    case(K, 'x("""a "b" \\d ${c}""")', ": x call 'a \"b\" \\d ${c}'"),
    case(K, "x(y)\n    .z { w(1) }", ": x(y).z block", "x(y)/z: w call 1"),
]


@pytest.mark.parametrize(("language", "text", "expected"), [*VARIABLES, *PLUGINS, *ELSE])
def test_statements(language: str, text: str, expected: list[str]) -> None:
    assert rows(text, language) == expected


@pytest.mark.parametrize(
    ("block", "language", "text", "expected"),
    [
        pytest.param(block, *param.values, id=param.id)
        for block, params in (("dependencies", DEPENDENCIES), ("android", ANDROID))
        for param in params
    ],
)
def test_statements_of_a_block(block: str, language: str, text: str, expected: list[str]) -> None:
    inside = [f"{block}{row}" if row.startswith("/") else f"{block}: {row}" for row in expected]
    assert rows(f"{block} {{\n{text}\n}}", language) == [f": {block} block", *inside]


def test_places() -> None:
    text = "// 中\ndependencies {\n  implementation 'a:b:1' // why\n}\n"
    facts = read(text, G)
    statement = facts.statements[1]

    def at(spot: int) -> str:
        start, end = facts.span(spot)
        return text.encode()[start:end].decode()

    assert at(statement.spot) == "implementation 'a:b:1'"
    assert at(statement.args[0].spot) == "a:b:1"


def test_allowances() -> None:
    text = "// askfirst: allow[sdk/moving-version] pinned by the platform\nimplementation 'a:b:+'\n"
    assert [(a.rule, a.reason, a.line) for a in read(text, G).allowances] == [
        ("sdk/moving-version", "pinned by the platform", 1)
    ]


@pytest.mark.parametrize("text", ["android {\n x 1\n", "x 'a\ny 2", "x 1 }\ny 2", "x(1\n}\ny 2", "/* x", 'x """'])
def test_what_is_broken_is_said_and_the_rest_read(text: str) -> None:
    facts = read(text, G)
    assert facts.problems
    assert all(p.what == "syntax" for p in facts.problems)
    assert ("x" in [s.head for s in facts.statements]) == ("/*" not in text)
    assert ("y" in [s.head for s in facts.statements]) == ("y 2" in text)


@pytest.mark.parametrize(
    "text",
    [
        "{" * 50_000,
        "(" * 50_000,
        "x(" * 50_000,
        "[" * 500 + "]" * 500,
        "a." * 100_000,
        "if (a) b else " * 50_000,
        "x -" * 20_000,
        "x /" * 50_000,
        "new " * 20_000,
        'x "' + "${" * 20_000,
        "a { " * 900 + "x 1\n" + "}" * 900,
        "@a " * 20_000,
        "x 1;" * 50_000,
        "when (a) { b -> " * 20_000,
        "switch (a) { case b: " * 20_000,
        "if (a) b\nelse " * 50_000,
        "\\" * 20_000,
        "`" * 20_000,
        "x " + "- " * 20_000 + "1",
    ],
)
@pytest.mark.parametrize("language", [G, K])
def test_hostile_scripts_are_read_in_time(text: str, language: str) -> None:
    began = time.process_time()
    facts = read(text, language)
    assert time.process_time() - began < 3
    assert not any("Error" in p.detail for p in facts.problems)


PIECES = [str(p.values[1]) for p in (*VARIABLES, *PLUGINS, *DEPENDENCIES, *ANDROID, *ELSE)]
NOISE = [
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    '"',
    "'",
    '"""',
    "//",
    "/*",
    "*/",
    "${",
    "->",
    "\n",
    ",",
    "=",
    ".",
    ":",
    "<",
    "else",
    "中",
]


@example(["else", "libs.forEach(::implementation)"], G, 0)
@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from([*PIECES, *NOISE]), max_size=12), st.sampled_from([G, K]), st.integers(0, 400))
def test_any_pieces_are_read(pieces: list[str], language: str, cut: int) -> None:
    source = make_source("build.gradle", language, " ".join(pieces).encode()[: max(cut, 20)])
    facts = extract(source)
    assert not any("Error" in p.detail for p in facts.problems)

    def check(value: Value) -> None:
        start, end = facts.span(value.spot)
        assert 0 <= start <= end <= len(source.data)
        for part in value.parts:
            check(part)

    for statement in facts.statements:
        start, end = facts.span(statement.spot)
        assert 0 <= start <= end <= len(source.data)
        assert statement.op in ("call", "=", "+=", "block", "fun")
        assert statement.head
        for value in statement.args:
            check(value)
    assert Facts.unpack(facts.pack()).statements == facts.statements
