"""Java rows: guards, declarations, expressions."""

from __future__ import annotations

import pytest
from show import assigns, at, calls, java, place, returns, text, words


def within(body: str) -> str:
    return f"class A {{ void f() {{\n{body}\n}} }}\n"


@pytest.mark.parametrize(
    ("body", "known"),
    [
        ("if (a) x();", "a"),
        ("if (!a.ok()) x();", "(! a.ok())"),
        ("if (a) y(); else if (b) z(); else x();", "!a, !b"),
        ("if (a) return; x();", "!a"),
        ("if (a) { { return; } } x();", "!a"),
        ("if (a) { y(); } else { return; } x();", "a"),
        ("if (a) return; else if (b) throw new E(); x();", "!a, !b"),
        ("if (a) { if (b) return; } x();", ""),
        ("if (a && x()) y();", "a"),
        ("if (a || x()) y();", "!a"),
        ("boolean v = a ? x() : y();", "a"),
        ("boolean v = a ? y() : b ? z() : x();", "!a, !b"),
        ("if (a) System.exit(0); x();", "!a"),
        ("if (a) android.os.Process.killProcess(p); x();", "!a"),
        ("Objects.requireNonNull(a); x();", "(a != null)"),
        ("Preconditions.checkState(a); x();", "a"),
        ("while (a) x();", "a"),
        ("while (a) y(); x();", "!a"),
        ("while (true) { if (a) break; } x();", ""),
        ("while (a) { if (b) continue; x(); }", "a, !b"),
        ("do { y(); } while (a); x();", "!a"),
        ("for (int i = 0; i < n; i++) x();", "(i < n)"),
        ("for (int i = 0; i < n; i++) y(); x();", ""),
        ("for (A i : l) { if (i.b) return; x(); }", "!i.b"),
        ("o: while (a) { while (b) { break o; } } x();", ""),
        ("o: { if (a) break o; return; } x();", ""),
        ("switch (s) { case 1: y(); break; case 2: x(); }", "!(s == 1), (s == 2)"),
        ("switch (s) { case 1: case 2: x(); }", "((s == 1) || (s == 2))"),
        ("switch (s) { case 1: y(); case 2: x(); break; }", "((s == 1) || (s == 2))"),
        ("switch (s) { case 1: y(); break; default: x(); }", "!(s == 1)"),
        ("switch (s) { case 1: y(); default: x(); }", ""),
        ("switch (s) { case 1: break; default: return; } x();", "(s == 1)"),
        ("switch (s) { case 1: y(); break; default: z(); /* last */ } x();", ""),
        ("switch (s) { case 1: return; case 2: y(); } x();", "!(s == 1)"),
        ("switch (s) { case 1 -> y(); case 2, 3 -> x(); default -> z(); }", "!(s == 1), ((s == 2) || (s == 3))"),
        ("switch (s) { case 1 -> y(); case 2 -> z(); default -> throw new E(); } x();", "((s == 1) || (s == 2))"),
        ("switch (s) { case Foo f when f.b -> x(); default -> y(); }", "((s is <Foo>) && f.b)"),
        ("int v = switch (s) { case 1 -> 2; default -> { if (a) yield 3; yield x(); } };", "!(s == 1), !a"),
        ("try { if (a) return; } catch (E e) { y(); } x();", ""),
        ("try { if (a) return; } finally { y(); } x();", "!a"),
        ("try { y(); } catch (E e) { if (a) return; x(); }", "caught:E, !a"),
        ("try (B b = c()) { if (b.d) return; x(); }", "!b.d"),
        ("synchronized (this) { if (a) return; } x();", "!a"),
        ("if (a) return; r(() -> x());", "!a / "),
        ("if (a) r(() -> { if (b) return; x(); });", "a / !b"),
        ("r(() -> { return; }); x();", ""),
        ("if (a) { r(() -> { throw e; }); } x();", ""),
        ("if (a) return; new Foo() { void g() { x(); } };", ""),
        ("if (o instanceof Foo f && f.x()) y();", "(o is <Foo>)"),
        ("if (!(o instanceof Foo f)) return; x();", "!(! (o is <Foo>))"),
    ],
)
def test_known(body: str, known: str) -> None:
    assert at(java(within(body)), "x") == known


def test_returns() -> None:
    facts = java(within("if (a) return 1; r(b -> c); r(() -> { return d; }); return 2;"))
    assert returns(facts) == ["A.f: 1 [a]", "A.f.λ1: c []", "A.f.λ2: d []", "A.f: 2 [!a]"]
    assert words(facts, facts.functions[1].body) == "c"
    assert facts.functions[2].body == -1


@pytest.mark.parametrize(
    ("code", "meant"),
    [
        (r'"a\n\u0041\101"', '"a\nAA"'),
        ('"""\n    a\n      b\\\n    c\n    """', '"a\n  bc\n"'),
        ("true", "true"),
        ("null", "null"),
        (r"'\''", "'''"),
        ("0x1F", "0x1F"),
        ("a.b.C.D", "a.b.C.D"),
        ("a.b(1).c(d)", "a.b(1).c(d)"),
        ("a.<Foo>b(1)", "a.b(1, <Foo>)"),
        ("new Foo<>(1)", "new Foo(1)"),
        ("new a.Foo<B>()", "new a.Foo()"),
        ("o.new Foo()", "new o.Foo()"),
        ("new Foo(1) { }", "new Foo(1, object:1)"),
        ("new int[]{1, 2}", "array:int(1, 2)"),
        ("new String[n]", "array:String"),
        ("{1, 2}", "array(1, 2)"),
        ("Foo.class", "class:Foo"),
        ("A.this.b", "this@A.b"),
        ("A.super.b()", "super.b()"),
        ("(Foo<B>) a", "cast:Foo(a)"),
        ("a instanceof Foo", "(a is <Foo>)"),
        ("a ? b : c", "if(a, b, c)"),
        ("a[1]", "index(a, 1)"),
        ('a + b + "c"', '((a + b) + "c")'),
        ("-a", "(- a)"),
        ("a++", "(++ a)"),
        ("(a = b)", "b"),
        ("Foo::bar", "ref:bar(Foo)"),
        ("Foo::new", "ref:new(Foo)"),
        ("this::bar", "ref:bar(this)"),
        ("switch (a) { case 1 -> b; default -> c; }", "when(a, b, c)"),
    ],
)
def test_expressions(code: str, meant: str) -> None:
    facts = java(f"class A {{ Object v = {code}; }}")
    assert not facts.problems
    assert words(facts, facts.variables[-1].value) == meant


def test_assignments() -> None:
    facts = java(within("a = 1; this.b += 2; if (c) d[0] = e = 3;"))
    assert assigns(facts) == ["a = 1 []", "this.b += 2 []", "e = 3 [c]", "index(d, 0) = 3 [c]"]


SHOP = """
package shop.app;
import a.B;
import static a.C.d;
import static a.C.*;
import a.e.*;

@Anno(1) public final class Shop<T extends A> extends Base<T> implements Face, a.Other<T> {
  static final int X = load(), Y[] = {1};
  List<String> names = read();
  static { boot(); }
  { start(); }
  Shop(int x, String... y) { super(x); }
  Shop() { this(1); }
  @Override protected void m(final @N Map<K, V> a, int[] b) { var c = a; for (var d : e) {} }
  record R(int a, String b) { R { check(a); } }
  enum Kind implements Face { A(1) { void g() { h(); } }, B; Kind(int n) {} }
  interface I { default void k() {} int Z = 1; void l(); }
  @interface An { int v() default 1; }
  abstract class In { abstract int q(); }
}
"""


def test_heads() -> None:
    facts = java(SHOP)
    assert not facts.problems
    assert facts.package == "shop.app"
    assert [tuple(i) for i in facts.imports] == [
        ("a.B", "B", False, False),
        ("a.C.d", "d", False, True),
        ("a.C", "", True, True),
        ("a.e", "", True, False),
    ]
    assert [(t.name, t.kind, t.supers, t.outer) for t in facts.types] == [
        ("Shop", "class", ("Base", "Face", "a.Other"), -1),
        ("Shop.R", "class", (), 0),
        ("Shop.Kind", "enum", ("Face",), 0),
        ("Shop.Kind.<anonymous:1>", "anonymous", ("Kind",), 2),
        ("Shop.I", "interface", (), 0),
        ("Shop.An", "annotation", (), 0),
        ("Shop.In", "class", (), 0),
    ]
    assert facts.types[0].modifiers == ("@Anno", "public", "final")
    assert [place(facts, n) for n in range(len(facts.functions))] == [
        "Shop.<fields>", "Shop.<clinit>", "Shop.<init>", "Shop.<init>", "Shop.m", "Shop.R.<init>", "Shop.Kind.<clinit>",
        "Shop.Kind.<anonymous:1>.g", "Shop.Kind.<init>", "Shop.I.k", "Shop.I.<clinit>", "Shop.I.l", "Shop.An.v",
        "Shop.In.q",
    ]  # fmt: skip
    method = facts.functions[4]
    assert method.modifiers == ("@Override", "protected")
    assert method.returns == "void"
    assert [tuple(p) for p in method.params] == [("a", "Map<K, V>", -1, ("final", "@N")), ("b", "int[]", -1, ())]
    assert [p.type for p in facts.functions[2].params] == ["int", "String..."]
    assert [p.name for p in facts.functions[5].params] == ["a", "b"]
    assert facts.functions[11].modifiers == ("abstract",)
    assert [c for c in calls(facts) if "super(" in c or "this(" in c] == [
        "Shop.<init>: super(x) []",
        "Shop.<init>: this(1) []",
    ]


def test_variables() -> None:
    facts = java(SHOP)
    seen = [(v.name, v.type, v.kind, words(facts, v.value), place(facts, v.function)) for v in facts.variables]
    assert seen == [
        ("X", "int", "field", "load()", "Shop.<clinit>"),
        ("Y", "int[]", "field", "array(1)", "Shop.<clinit>"),
        ("names", "List<String>", "field", "read()", "Shop.<fields>"),
        ("c", "", "local", "a", "Shop.m"),
        ("d", "", "loop", "e", "Shop.m"),
        ("a", "int", "field", "_", "?"),
        ("b", "String", "field", "_", "?"),
        ("A", "Kind", "field", "new Kind(1, object:3)", "Shop.Kind.<clinit>"),
        ("B", "Kind", "field", "new Kind()", "Shop.Kind.<clinit>"),
        ("Z", "int", "field", "1", "Shop.I.<clinit>"),
    ]


def test_local_types() -> None:
    facts = java(within("class B { void g() { x(); } } Runnable r = new Runnable() { public void run() { y(); } };"))
    assert [(t.name, t.kind, t.function) for t in facts.types] == [
        ("A", "class", -1),
        ("A.B", "class", 0),
        ("A.<anonymous:1>", "anonymous", 0),
    ]
    assert calls(facts) == ["A.B.g: x() []", "A.<anonymous:1>.run: y() []", "A.f: new Runnable(object:2) []"]


def test_broken_places_keep_the_rest() -> None:
    facts = java("class A { void f() { x(); }\n void g( { y(); }\n void h() { z(); }\n")
    assert {p.what for p in facts.problems} == {"syntax"}
    assert "f" in {f.name for f in facts.functions}
    assert {"x", "z"} <= set(facts.sites)


def test_spots() -> None:
    code = within("b.c.dd(1); b\n .ee(2); r(a -> f);")
    facts = java(code)
    spots = {e.value: text(facts, code, e.spot) for e in facts.exprs if e.kind == "call"}
    assert spots == {"dd": "b.c.dd", "ee": "ee", "r": "r"}
    assert text(facts, code, facts.functions[1].spot) == "a"
