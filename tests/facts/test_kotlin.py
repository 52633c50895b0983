"""Kotlin rows: guards, declarations, expressions."""

from __future__ import annotations

import re

import pytest
from show import assigns, at, calls, guards, known, kotlin, place, returns, text, words


def within(body: str) -> str:
    return f"fun f() {{\n{body}\n}}\n"


@pytest.mark.parametrize(
    ("body", "known"),
    [
        ("if (a) x()", "a"),
        ("if (!a.ok()) x()", "(! a.ok())"),
        ("if (a) y() else x()", "!a"),
        ("if (a) y() else if (b) z() else x()", "!a, !b"),
        ("if (a) { if (b) { x() } }", "a, b"),
        ("if (a) return\n x()", "!a"),
        ("if (a) { y(); return }\n x()", "!a"),
        ("if (a) { if (b) return else throw E() }\n x()", "!a"),
        ("if (a) { y() } else { return }\n x()", "a"),
        ("if (a) return else if (b) throw E()\n x()", "!a, !b"),
        ("if (a) y()\n x()", ""),
        ("if (a) { if (b) return }\n x()", ""),
        ("x() && y()", ""),
        ("if (a && x()) y()", "a"),
        ("if (a || x()) y()", "!a"),
        ("if (a && b || c) x()", "((a && b) || c)"),
        ("a || return\n x()", "a"),
        ("val v = if (a) x() else y()", "a"),
        ("val v = a ?: return\n x()", "(a != null)"),
        ("val v = a ?: x()", "!(a != null)"),
        ("val v = a ?: throw E()\n x()", "(a != null)"),
        ("for (i in l) { val v = i ?: continue\n x() }", "(i != null)"),
        ("a?.x()", "(a != null)"),
        ("a?.b?.x(y())", "(a != null), (a.b != null)"),
        ("a?.b()\n x()", ""),
        ("a?.let { x(it) }", "(a != null) / "),
        ("a?.run { x() } ?: y()", "(a != null) / "),
        ("a?.let { y(it) } ?: x()", "!(a.let(λ1) != null)"),
        ("a?.let { y(); return }\n x()", "!(a != null)"),
        ("a.takeIf { it.ok }?.x()", "(a.takeIf(λ1) != null), it.ok"),
        ("a.takeUnless { no }?.x()", "(a.takeUnless(λ1) != null), !no"),
        ("val v = a.takeIf { ok } ?: return\n x()", "(a.takeIf(λ1) != null), ok"),
        ("require(a) { m }\n x()", "a"),
        ("check(a)\n x()", "a"),
        ("requireNotNull(a)\n x()", "(a != null)"),
        ("if (a) exitProcess(1)\n x()", "!a"),
        ("if (a) System.exit(1)\n x()", "!a"),
        ("if (a) error(m)\n x()", "!a"),
        ("if (a) TODO()\n x()", "!a"),
        ("if (a) log.error(m)\n x()", ""),
        ("while (a) x()", "a"),
        ("while (a) y()\n x()", "!a"),
        ("while (a) { if (b) break }\n x()", ""),
        ("while (a) { if (b) continue\n x() }", "a, !b"),
        ("do { y() } while (a)\n x()", "!a"),
        ("do { x() } while (a)", ""),
        ("for (i in l) { if (i) break\n x() }", "!i"),
        ("for (i in l) { return }\n x()", ""),
        ("o@ while (a) { while (b) { break@o } }\n x()", ""),
        ("when { a -> y(); b -> x() }", "!a, b"),
        ("when { a -> y(); else -> x() }", "!a"),
        ("when (s) { 1 -> y(); 2, 3 -> x() }", "!(s == 1), ((s == 2) || (s == 3))"),
        ("when (s) { is A -> y(); !is B -> x() }", "!(s is <A>), (s !is <B>)"),
        ("when (s) { in l -> x(); else -> y() }", "(s in l)"),
        ("when (val v = g()) { 1 -> x() }", "(g() == 1)"),
        ("when (s) { 1 -> return\n else -> y() }\n x()", "!(s == 1)"),
        ("when (s) { 1 -> y()\n else -> return }\n x()", "(s == 1)"),
        ("when (s) { 1 -> y(); 2 -> z(); else -> return }\n x()", "((s == 1) || (s == 2))"),
        ("when (s) { 1 -> return; 2 -> y() }\n x()", "!(s == 1)"),
        ("when (s) {\n is A if a -> x()\n else -> y()\n }", "((s is <A>) && a)"),
        ("try { if (a) return } catch (e: E) { y() }\n x()", ""),
        ("try { if (a) return } finally { y() }\n x()", "!a"),
        ("try { y() } catch (e: E) { if (a) return\n x() }", "caught:E, !a"),
        ("try { y() } catch (e: E) { return }\n x()", ""),
        ("try { return } finally { x() }", ""),
        ("l.forEach { if (a) return@forEach\n x() }", " / !a"),
        ("l.forEach { if (a) return }\n x()", ""),
        ("l.forEach { return }\n x()", ""),
        ("run { if (a) return@run }\n x()", ""),
        ("if (a) { run { return } }\n x()", "!a"),
        ("if (a) { run { return@run } }\n x()", ""),
        ("if (a) { with(b) { if (c) return else throw E() } }\n x()", "!a"),
        ("if (a) { post { return@post } }\n x()", ""),
        ("if (a) post { if (b) x() }", "a / b"),
        ("g l@{ if (a) return@l\n x() }", " / !a"),
        ("val g = fun() { if (a) return\n x() }", " / !a"),
        ("if (a) return\n object : Foo() { fun g() { x() } }", ""),
        ("if (!a.b.c(1)!!.d { e }) x()", "(! (!! a.b.c(1)).d(λ1))"),
        ("if (x is A && x.x()) y()", "(x is <A>)"),
    ],
)
def test_known(body: str, known: str) -> None:
    assert at(kotlin(within(body)), "x") == known


def test_returns_carry_their_conditions() -> None:
    facts = kotlin("fun f(): Int {\n if (a) return 1\n l.forEach { if (b) return 2 }\n g { return@g 3 }\n return 4\n}")
    assert returns(facts) == ["f: 1 [a]", "f: 2 [!a, b]", "f.λ2: 3 []", "f: 4 [!a]"]
    assert returns(kotlin("fun f() = if (a) b else c")) == ["f: if(a, b, c) []"]
    assert kotlin("fun f() = b").functions[0].body == 0


def test_calls() -> None:
    facts = kotlin(
        within(
            """
            a.b(1, n = 2, *z) { y -> 3 }
            f<Foo>(x); g.h<Foo, List<Bar>>(x) ; inject<Foo>()
            a to b
            (x)(1); e { }(2)
            new.Foo(1).bar
            p[1].q()
            s.t(::u, V::w)
            """
        )
    )
    assert [c.removeprefix("f: ").removesuffix(" []") for c in calls(facts)] == [
        "a.b(1, n=2, spread(z), λ1)",
        "f(x, <Foo>)",
        "g.h(x, <Foo>, <List<Bar>>)",
        "inject(<Foo>)",
        "a.to(b)",
        "x.invoke(1)",
        "e(λ2)",
        "e(λ2).invoke(2)",
        "new.Foo(1)",
        "index(p, 1).q()",
        "s.t(ref:u(_), ref:w(V))",
    ]


@pytest.mark.parametrize(
    ("code", "meant"),
    [
        ('"a ${b.c} d"', '"a {} d"[b.c]'),
        ('"$a.b $this"', '"{}.b {}"[a, this]'),
        (r'"\$a \u0041\n"', '"$a A\n"'),
        ('"""\\n ${a}"""', '"\\n {}"[a]'),
        ('"$"', '"$"'),
        ("true", "true"),
        ("null", "null"),
        (r"'\n'", "'\n'"),
        ("1_000L", "1_000L"),
        ("Foo::class.java", "class:Foo"),
        ("a.b.Foo::class", "class:a.b.Foo"),
        ("this@Outer.x", "this@Outer.x"),
        ("super.x()", "super.x()"),
        ("a as? B<C>", "cast:B(a)"),
        ("a is B", "(a is <B>)"),
        ("a !in b..c", "(a !in (b .. c))"),
        ("-a.b", "(- a.b)"),
        ("a + b * c", "(a + (b * c))"),
        ("[1, 2]", "array(1, 2)"),
        ("a?.b", "a.b"),
        ("when (a) { 1 -> b; else -> { c } }", "when(a, b, c)"),
        ("if (a) b else if (c) d else e", "if(a, b, if(c, d, e))"),
        ("try { a } catch (e: E) { b }", "try(a, b)"),
        ("a ?: b ?: c", "((a ?: b) ?: c)"),
        ("object : Foo(1), Bar { }", "new Foo(1, object:0)"),
        ("{ a: Int -> a }", "lambda"),
        ("`a b`.`in`", "a b.in"),
        ("x ?: f<A>(b)", "(x ?: f(b, <A>))"),
        ("a[1, 2]", "index(a, 1, 2)"),
    ],
)
def test_expressions(code: str, meant: str) -> None:
    facts = kotlin(f"val v = {code}\n")
    assert not facts.problems
    found = words(facts, facts.variables[-1].value)
    assert found.partition("λ")[0] == meant.partition("lambda")[0] if meant == "lambda" else found == meant


def test_assignments() -> None:
    facts = kotlin(within("a = 1; b.c += 2; if (d) e[0] = 3\n o = object : Foo(1) { override fun g() {} }"))
    assert assigns(facts) == ["a = 1 []", "b.c += 2 []", "index(e, 0) = 3 [d]", "o = new Foo(1, object:0) []"]


SHOP = """
package shop.app
import a.B
import a.c.* // all
import a.D as E

@Anno(1) abstract class Shop<T : A>(private val x: Int = 3, y: () -> Unit, vararg z: List<Int>) :
    Base<T>(x), Face, Del by y {
    companion object { const val KEY = "k"; fun make() = Shop(1) }
    object Inner : Other() { val here = load() }
    val p: List<String> by lazy { "x" }
    var q: Int? = 1
        get() = field
        private set(value) { field = value }
    val r get() = 2
    lateinit var s: Foo
    init { start() }
    constructor(a: Int) : this(a, {}) { more() }
    fun String.ext(a: Int = 4): Int { return a }
    protected abstract suspend fun open(@Ann a: suspend Foo.(Bar) -> Unit)
    enum class Kind(val n: Int) { A(1) { override fun g() = 1 }, B(2); abstract fun g(): Int }
}
fun interface Run { fun run() }
typealias Map2 = Map<String, Int>
typealias Act = (Int) -> Unit
val Shop.size get() = 3
private val top = make()
"""


def test_heads() -> None:
    facts = kotlin(SHOP)
    assert not facts.problems
    assert facts.package == "shop.app"
    assert [tuple(i) for i in facts.imports] == [
        ("a.B", "B", False, False),
        ("a.c", "", True, False),
        ("a.D", "E", False, False),
    ]
    assert [(t.name, t.kind, t.supers, t.outer, t.function) for t in facts.types] == [
        ("Shop", "class", ("Base", "Face", "Del"), -1, -1),
        ("Shop.Companion", "companion", (), 0, -1),
        ("Shop.Inner", "object", ("Other",), 0, -1),
        ("Shop.Kind", "enum", (), 0, -1),
        ("Shop.Kind.<anonymous:1>", "anonymous", ("Kind",), 3, facts.types[4].function),
        ("Run", "interface", (), -1, -1),
        ("Map2", "typealias", ("Map",), -1, -1),
        ("Act", "typealias", ("(Int) -> Unit",), -1, -1),
    ]
    assert facts.types[0].modifiers == ("@Anno", "abstract")
    assert {place(facts, n) for n in range(len(facts.functions))} == {
        "Shop.<init>", "Shop.<fields>", "Shop.<fields>.λ6", "Shop.<init>.λ11", "Shop.Companion.<fields>",
        "Shop.Companion.make", "Shop.Inner.<init>", "Shop.Inner.<fields>", "Shop.<get>q", "Shop.<set>q", "Shop.<get>r",
        "Shop.ext", "Shop.open", "Shop.Kind.<init>", "Shop.Kind.<clinit>",
        "Shop.Kind.<anonymous:1>.g", "Shop.Kind.g", "Run.run",
        "<get>size", "<file>",
    }  # fmt: skip
    by_place = {place(facts, n): f for n, f in enumerate(facts.functions)}
    opening = by_place["Shop.open"]
    assert opening.modifiers == ("protected", "abstract", "suspend")
    assert [tuple(p) for p in opening.params] == [("a", "suspend Foo.(Bar) -> Unit", -1, ("@Ann",))]
    assert [tuple(p) for p in facts.functions[0].params] == [
        ("x", "Int", facts.functions[0].params[0].default, ("private", "val")),
        ("y", "() -> Unit", -1, ()),
        ("z", "List<Int>...", -1, ("vararg",)),
    ]
    assert words(facts, facts.functions[0].params[0].default) == "3"
    assert (by_place["Shop.ext"].receiver, by_place["Shop.ext"].returns) == ("String", "Int")
    assert by_place["<get>size"].receiver == "Shop"
    assert "abstract" in by_place["Run.run"].modifiers
    assert "Shop.<init>: super(x, <T>) []" in calls(facts)
    assert "Shop.<init>: this(a, λ11) []" in calls(facts)


def test_variables() -> None:
    facts = kotlin(SHOP)
    seen = [
        (v.name, v.type, v.kind, v.modifiers, words(facts, v.value), place(facts, v.function)) for v in facts.variables
    ]
    assert seen == [
        ("x", "Int", "field", ("private", "val"), "_", "?"),
        ("KEY", "", "field", ("const", "val"), '"k"', "Shop.Companion.<fields>"),
        ("here", "", "field", ("val",), "load()", "Shop.Inner.<fields>"),
        ("p", "List<String>", "field", ("val", "by"), "lazy(λ6)", "Shop.<fields>"),
        ("q", "Int?", "field", ("var",), "1", "Shop.<fields>"),
        ("r", "", "field", ("val",), "_", "?"),
        ("s", "Foo", "field", ("lateinit", "var"), "_", "?"),
        ("n", "Int", "field", ("val",), "_", "?"),
        ("A", "Kind", "field", ("static", "final"), "new Kind(1, object:4)", "Shop.Kind.<clinit>"),
        ("B", "Kind", "field", ("static", "final"), "new Kind(2)", "Shop.Kind.<clinit>"),
        ("size", "", "top", ("val",), "_", "?"),
        ("top", "", "top", ("private", "val"), "make()", "<file>"),
    ]


def test_locals() -> None:
    facts = kotlin(
        within(
            "val (a, b: Int) = p\n for ((c, d) in m) {}\n try {} catch (e: E) {}\n"
            " g { (h, i), j -> k }\n fun l(m: Int) = n"
        )
    )
    seen = [(v.name, v.type, v.kind, words(facts, v.value)) for v in facts.variables]
    assert seen == [
        ("a", "", "local", "p.component1()"),
        ("b", "Int", "local", "p.component2()"),
        ("c", "", "loop", "_"),
        ("d", "", "loop", "_"),
        ("e", "E", "catch", "_"),
        ("h", "", "local", "_"),
        ("i", "", "local", "_"),
    ]
    assert [(f.name, f.outer, [p.name for p in f.params]) for f in facts.functions] == [
        ("f", -1, []),
        ("<lambda>", 0, ["", "j"]),
        ("l", 0, ["m"]),
    ]


@pytest.mark.parametrize(
    "code",
    [
        "interface A { fun x() }",
        "class A { companion object : B() { @JvmStatic fun x() {} } }",
        "enum class A(val n: Int) { B(1) { override fun g() = 1 }, C(2); abstract fun x(): Int }",
        "class A { fun g() { open(1) }\n fun x() = 1 }",
        "class A { fun g(private: Boolean) = l\n .filter { private == it.p }\n fun x() = 1 }",
        "class A { val f: suspend () -> Unit = suspend { g() }\n fun x() = 1 }",
        "class A { fun g() { val m = n()\n set(o(), m)\n }\n fun x() = 1 }",
        "class A { context(Foo) fun g() = 1\n fun x() = 1 }",
    ],
)
def test_what_the_grammar_misses(code: str) -> None:
    facts = kotlin(code)
    assert not facts.problems
    assert any(f.name == "x" and f.owner >= 0 and facts.types[f.owner].name.startswith("A") for f in facts.functions)


def test_broken_places_keep_the_rest() -> None:
    facts = kotlin("class A {\n fun f() { x() }\n fun g( { y() }\n fun h() { z() }\n}\nclass B { fun i() { w(")
    assert {p.what for p in facts.problems} == {"syntax"}
    assert len(facts.problems) <= 3
    assert {"f", "h"} <= {f.name for f in facts.functions}
    assert "x" in facts.sites


def test_spots() -> None:
    code = within("val a = b.c.dd(1)\n b\n  .ee { }\n")
    facts = kotlin(code)
    spots = {e.value: text(facts, code, e.spot) for e in facts.exprs if e.kind == "call"}
    assert spots == {"dd": "b.c.dd", "ee": "ee"}
    assert text(facts, code, facts.functions[1].spot) == "{"


def test_allowances() -> None:
    facts = kotlin(
        "// askfirst: allow[a/b, c] why, until 2027-03-01\n// more\n\nfun f() {\n"
        '  x() // askfirst: allow[d/e]\n  /* askfirst: allow[f] said */ y()\n  val s = "askfirst: allow[no]"\n}\n'
    )
    assert [tuple(a)[:4] for a in facts.allowances] == [
        ("a/b", "why", "2027-03-01", 3),
        ("c", "why", "2027-03-01", 3),
        ("d/e", "", "", 4),
        ("f", "said", "", 5),
    ]


def test_guards_of_a_lambda_start_afresh() -> None:
    facts = kotlin(within("if (a) post { x() }"))
    call = next(e for e in facts.exprs if e.value == "x")
    assert call.guard == -1
    assert guards(facts, facts.functions[call.function].guard) == "a"
    assert known(facts, call.function, call.guard) == "a / "


@pytest.mark.parametrize(
    "head",
    [
        "@EntryPoint\n@InstallIn(Single::class)\ninterface Foo {\n fun a(): B\n}",
        "@Serializable(with = Foo.Of::class)\nenum class Foo { A, B }",
        "@Database(\n  entities = [A::class, B::class],\n  version = f(1)\n)\n// kept\nabstract class Foo { }",
        "@Module\n@InstallIn(Single::class)\nobject Foo { }",
        "@get:Rule @a.b.Named(\"x\") internal class Foo",
    ],
)
def test_annotations_at_the_top_level_after_a_class_with_a_body(head: str) -> None:
    facts = kotlin(f"class Z {{ init {{ x() }} }}\n\n{head}\n\nclass App : Base() {{ fun b() {{ c() }} }}\n")
    found = {row.name: row for row in facts.types}
    assert set(found) == {"Z", "Foo", "App"}
    names = re.findall(r"@(?:\w+:)?([\w.]+)", head)
    assert [m for m in found["Foo"].modifiers if m.startswith("@")] == ["@" + name for name in names]


def test_annotations_of_functions_and_properties_at_the_top_level() -> None:
    facts = kotlin("class Z { init { x() } }\n\n@Composable\n@Preview(name = \"a\")\nprivate fun f() { g() }\n\n@Named(1)\nval v = h()\n")
    (fn,) = [row for row in facts.functions if row.name == "f"]
    (va,) = [row for row in facts.variables if row.name == "v"]
    assert fn.modifiers == ("@Composable", "@Preview", "private")
    assert va.modifiers == ("@Named", "val")


@pytest.mark.parametrize(
    "head",
    ["class A : B(), S by U()", "class A(val s: S = U(1)) : S by s", "object A : S by U(x(), 2)", "class A : S by U(), T by V"],
)
def test_a_delegate_before_the_body_is_no_call_with_a_lambda(head: str) -> None:
    facts = kotlin(f"{head} {{\n override fun f() {{ g() }}\n companion object {{ val y = 2 }}\n}}\nval z by lazy {{ h() }}\n")
    assert {row.name: row.kind for row in facts.types}["A.Companion"] == "companion"
    assert [facts.types[row.owner].name for row in facts.functions if row.name == "f"] == ["A"]
    assert any(row.name == "<lambda>" for row in facts.functions)  # the lazy property keeps its own


def test_an_explicit_backing_field_is_the_initialiser() -> None:
    facts = kotlin("class M : ViewModel() {\n  val a: Flow<Int>\n    field = MutableFlow<Int>(1)\n  fun f() { g() }\n}\nclass N\n")
    assert not facts.problems
    assert [(v.name, v.type, words(facts, v.value)) for v in facts.variables] == [("a", "Flow<Int>", "MutableFlow(1, <Int>)")]
    assert [row.name for row in facts.types] == ["M", "N"]


@pytest.mark.parametrize("type", ["@Composable (() -> Unit)", "suspend (A.() -> Unit)", "@Composable (Box.() -> Unit)"])
def test_a_function_type_in_parentheses(type: str) -> None:
    facts = kotlin(f"fun f(content: {type} = {{}}, b: Int) {{ g {{ content() }} }}\nclass N\n")
    assert not facts.problems
    assert [param.name for row in facts.functions if row.name == "f" for param in row.params] == ["content", "b"]
