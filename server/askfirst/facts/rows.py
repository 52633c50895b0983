"""The rows that one file's bytes turn into, and `Facts`, which holds them.

Everything here is plain tuples of str, int, bool and tuples, so that `marshal` can carry it between processes and into
the cache. A row names its place by `spot`, an index into `Facts.spots`: rows do not change when lines move.
Indices point into the table of the same file; -1 means none. Strings are as written in the source, without type
arguments, quotes or white space, unless a field says otherwise.
"""

from __future__ import annotations

import marshal
from array import array
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple, TypeVar

T = TypeVar("T", bound="tuple[Any, ...]")


class Import(NamedTuple):
    name: str  # "a.b.C", without ".*"
    alias: str  # the name it has in this file: "C", or what follows `as`; "" for a wildcard
    wildcard: bool
    static: bool


class Type(NamedTuple):
    name: str  # "Outer.Inner" inside the file's package; anonymous: "Outer.<anonymous:N>"; companion: "Outer.Companion"
    kind: str  # class interface object companion enum annotation anonymous typealias (supers[0] is what it stands for)
    supers: tuple[str, ...]  # as written: "Base", "View.OnClickListener", "a.b.Base"
    outer: int  # enclosing type
    function: int  # function whose body declares it (local and anonymous), -1 otherwise
    modifiers: tuple[str, ...]  # "abstract", "open", "static", and annotations as "@Name" (arguments left out)
    spot: int  # the name; for anonymous types the super's name


class Param(NamedTuple):
    name: str
    type: str  # with its type arguments, "" when not written; function types as text: "Foo.(Bar) -> Unit"; vararg "Foo..."
    default: int  # expression, or -1
    modifiers: tuple[str, ...]  # "val", "var", "vararg", "noinline", "@Name"


class Function(NamedTuple):
    # `name` is the source name, or "<init>" (constructor: each Java constructor, each Kotlin primary or secondary one; a
    # type with none written has none), "<fields>" (one per type that has initialisers of instance properties or `init`
    # blocks), "<clinit>" (one per type: Java static initialisers and static fields; the instance parts of Kotlin
    # `object` and `companion` stand in "<fields>" of that type), "<file>" (top-level Kotlin property initialisers),
    # "<lambda>"; for property accessors "<get>name" and "<set>name"
    name: str
    owner: int  # type; -1 at top level. A lambda has the owner of the function it stands in
    params: tuple[Param, ...]  # of a lambda: the written ones ("it" is not written)
    returns: str  # declared return type with its type arguments, "" when not written
    receiver: str  # extension receiver type, "" if none
    outer: int  # enclosing function of a lambda or local function, -1 otherwise
    guard: int  # the guard under which a lambda was made
    # "override", "suspend", "inline", "static", "abstract", "private", "primary" (constructor), "@Name" …; one constant as the
    # whole argument of an annotation makes a second modifier: "@On", "@On(EVENT)"
    modifiers: tuple[str, ...]
    body: int  # the expression of an expression body, or the last expression of a lambda; -1
    spot: int  # the name; of a lambda its opening brace, parameter list or reference


class Variable(NamedTuple):
    name: str
    type: str  # declared type with its type arguments, or ""
    value: int  # initialiser expression or -1; for `by` delegates the delegate's expression; for "loop" what it runs over
    owner: int  # type of a field or property; -1 for locals and top level
    function: int  # function of a local; for fields and properties the "<fields>", "<clinit>" or "<file>" function
    kind: str  # "field" (fields, properties, constructor `val`s, enum constants), "top", "local", "loop", "catch"
    modifiers: tuple[str, ...]  # "const", "static", "final", "val", "var", "lateinit", "by" (delegated), "@Name"
    spot: int


class Expr(NamedTuple):
    # kind      value                          kids
    # name      identifier                     ()                      `this` and `super` have kinds of their own
    # field     member name                    (receiver,)             a.b, a?.b (also as the target of an assignment)
    # call      function name                  (receiver or -1, args…) a.f(x), f(x), f { }, a?.f(x), infix `a f b`;
    #                                                                  a Kotlin constructor call is a `call` "Foo";
    #                                                                  calling any other expression: value "invoke"
    # new       type name                      (outer or -1, args…)    Java `new`; Kotlin `object : Foo(x)`: the last kid
    #                                                                  is an `object`; Java anonymous class bodies too
    # super-call "this" or "super"             (-1, args…)             constructor delegation; Kotlin `: Base(x)` as well
    # named     argument name                  (expr,)                 only directly as an argument
    # spread    ""                             (expr,)
    # typearg   type text                      ()                      f<Foo>(x): after the arguments of a call; of a base class
    #                                                                  too: in Kotlin's super-call, alone in Java's "<fields>"
    # str       the text, escapes undone       ()
    # template  text with {} for each hole     (holes…)                "a ${x} b" and Java/Kotlin string concatenation is `op +`
    # int       the text                       ()                      numbers of all kinds
    # bool      "true" / "false"               ()
    # char      the text                       ()
    # null      ""                             ()
    # this      "" or label or outer type      ()
    # super     ""                             ()
    # class     type name                      ()                      X::class, X::class.java, X.class
    # ref       member name                    (receiver or -1,)       X::foo, this::foo, ::foo, X::new
    # lambda    index of its Function, as text ()
    # object    index of its Type, as text     ()                      anonymous class as a value
    # op        operator                       (operands…)             + - * / % == != === !== < > <= >= && || ! ?: in !in is
    #                                                                  !is .. ++ -- & | ^ ~ << >>; `is` has a typearg right
    # cast      type text                      (expr,)                 (T) x, x as T, x as? T
    # if        ""                             (condition, then, else) ternary and Kotlin if as a value; a block is its last
    #                                                                  expression, -1 when it ends in none
    # when      ""                             (subject or -1, results…)
    # index     ""                             (array, index…)
    # array     element type or ""             (elements…)             new T[]{…}, {…}, [..]
    # caught    type of what was thrown        ()                      only as the guard of a catch block
    # try/block/other                          (kids…)                 anything else: what it contains
    kind: str
    value: str
    kids: tuple[int, ...]
    function: int  # the function that evaluates it
    guard: int  # the innermost condition that dominates it inside that function, -1 when it always runs
    spot: int  # call, new: from the receiver's start to the end of the name if they share a line, else the name


class Guard(NamedTuple):
    """`expr` is known to be `polarity` here; `outer` is the next condition that dominates this one.

    Covers if/else, ternary, `when`/switch, loops' conditions, `&&` and `||` inside one condition, early exits (return,
    throw, continue, break, exitProcess, finish-and-return) for what follows in the block, `require`/`check`, `x ?: return`,
    catch, `?.` and `?.let` (as `op !=` with null), `takeIf { c }?.` and `takeUnless`. A when branch on a subject is an `op ==` (or
    `is`, `in`) of subject and condition; the branches before it are known false.
    """

    expr: int
    polarity: bool
    outer: int


class Assign(NamedTuple):
    target: int  # expression: name, field or index
    value: int
    op: str  # "=", "+=", …
    function: int
    guard: int


class Return(NamedTuple):
    value: int  # expression; -1 for a bare return
    function: int
    guard: int


class Attribute(NamedTuple):
    name: str  # "android:name", "tools:node": prefixes made canonical by namespace; without one as written
    value: str  # entities undone
    spot: int  # the value, without quotes


class Element(NamedTuple):
    name: str
    parent: int  # index into Facts.elements
    attributes: tuple[Attribute, ...]
    text: str  # direct text, stripped; of strings the whole text of its children too
    spot: int  # the start tag from `<` to the end of the name
    tag: int  # the whole start tag, `<` to `>`
    whole: int  # start tag to end tag


class Value(NamedTuple):
    """A Gradle argument. kind: str int bool name call list map closure expr; `text` is the string, number, dotted name or
    source text; `parts` holds a call's arguments, a list's items, a map's (and named arguments') `pair` values (text = key)."""

    kind: str
    text: str
    parts: tuple[Value, ...]
    spot: int


class Statement(NamedTuple):
    """One statement of a Gradle script, or of Kotlin or Java code of a build, in order.

    `block` is the way of enclosing block heads, each as `name` or `name(first string argument)`: ("android",
    "productFlavors", "create(full)") and ("android", "productFlavors", "full") both occur; the model treats them alike.
    `head` is the dotted callee or assignment target ("implementation", "minSdk", "ext.kotlin_version", "val x" gives "x"),
    `op` is "call", "=", "+=", "block" (a block was opened; its own statements follow), or "fun" (a function is defined, its
    parameters are `args`, with their default value as pairs, and its body is the block "fun name"). A bare `id("x") version "1"` keeps
    infix parts as `pair` values: version, apply.
    """

    block: tuple[str, ...]
    head: str
    op: str
    args: tuple[Value, ...]
    guard: str  # source text of the enclosing `if` conditions, "" when none
    spot: int


class Entry(NamedTuple):
    """A key of a properties file, TOML catalog, lockfile, pubspec, package.json or services file.

    catalog: key "libraries.foo-bar" with pairs in `fields` (group, name, version, version.ref, module); "versions.x",
    "bundles.x" (fields: ("", item) each), "plugins.x". lockfile: key "group:name", value version. properties: key, value.
    pubspec and package-json: key "dependencies.name", value version. services: key = interface name (from the file name),
    value = implementation.
    """

    key: str
    value: str
    fields: tuple[tuple[str, str], ...]
    spot: int


class Allowance(NamedTuple):
    rule: str  # id or theme as written in `askfirst: allow[...]`; one row for each id
    reason: str
    until: str  # "2027-03-01" or ""
    line: int  # 0-based line whose findings it quiets: its own, or the next line that holds code when alone on its line
    spot: int


class Problem(NamedTuple):
    """What could not be read: `what` is one of syntax, timeout, too-large, encoding, depth."""

    what: str
    detail: str
    spot: int


HEAD = ("package", "imports", "types", "functions", "variables", "elements", "statements", "entries", "allowances",
        "problems", "sites")  # fmt: skip
BODY = ("exprs", "guards", "assigns", "returns")
ROWS: dict[str, type[tuple[Any, ...]]] = {
    "imports": Import, "types": Type, "functions": Function, "variables": Variable, "elements": Element,
    "statements": Statement, "entries": Entry, "allowances": Allowance, "problems": Problem,
    "exprs": Expr, "guards": Guard, "assigns": Assign, "returns": Return,
}  # fmt: skip


def _maker(row: type[T]) -> Callable[[tuple[Any, ...]], T]:
    """As `row._make`, without counting: there are a million rows in a big project."""
    return partial(tuple.__new__, row)


_param, _attribute = _maker(Param), _maker(Attribute)


def _function(row: tuple[Any, ...]) -> Function:
    return Function(row[0], row[1], tuple(map(_param, row[2])), *row[3:])


def _element(row: tuple[Any, ...]) -> Element:
    return Element(row[0], row[1], tuple(map(_attribute, row[2])), *row[3:])


def _value(row: tuple[Any, ...]) -> Value:
    return Value(row[0], row[1], tuple(map(_value, row[2])), row[3])


def _statement(row: tuple[Any, ...]) -> Statement:
    return Statement(row[0], row[1], row[2], tuple(map(_value, row[3])), row[4], row[5])


def _plain(value: Any) -> Any:
    return tuple(map(_plain, value)) if isinstance(value, tuple) else value


# How a plain tuple becomes a row again, with the rows inside it.
MAKE: dict[str, Callable[[tuple[Any, ...]], tuple[Any, ...]]] = {
    name: _maker(row) for name, row in ROWS.items()
} | {"functions": _function, "elements": _element, "statements": _statement}


class Facts:
    """What one file says. Heads are always at hand; bodies (expressions, guards, assignments, returns) load on first use.

    `sites` maps each name that a call, constructor call, field read, class literal or reference of this file mentions, and each
    text that can name something of the platform or a class, to the indices of those expressions, in the order of the names.
    """

    __slots__ = ("_body", "_body_blob", "_spots", "_spots_blob", "allowances", "body_digest", "elements",
                 "entries", "functions", "imports", "package", "problems", "shape_digest", "sites", "statements", "types",
                 "variables")  # fmt: skip

    def __init__(self, head: tuple[object, ...], body: bytes, spots: bytes, shape_digest: str, body_digest: str) -> None:
        for name, value in zip(HEAD, head, strict=True):
            make = MAKE.get(name)
            setattr(self, name, value if make is None else tuple(map(make, value)))  # type: ignore[call-overload]
        self._body_blob, self._spots_blob = body, spots
        self._body: tuple[tuple[Expr, ...], tuple[Guard, ...], tuple[Assign, ...], tuple[Return, ...]] | None = None
        self._spots: array[int] | None = None
        self.shape_digest, self.body_digest = shape_digest, body_digest

    package: str
    imports: tuple[Import, ...]
    types: tuple[Type, ...]
    functions: tuple[Function, ...]
    variables: tuple[Variable, ...]
    elements: tuple[Element, ...]
    statements: tuple[Statement, ...]
    entries: tuple[Entry, ...]
    allowances: tuple[Allowance, ...]
    problems: tuple[Problem, ...]
    sites: dict[str, tuple[int, ...]]
    shape_digest: str
    body_digest: str

    @property
    def exprs(self) -> tuple[Expr, ...]:
        return self._load()[0]

    @property
    def guards(self) -> tuple[Guard, ...]:
        return self._load()[1]

    @property
    def assigns(self) -> tuple[Assign, ...]:
        return self._load()[2]

    @property
    def returns(self) -> tuple[Return, ...]:
        return self._load()[3]

    def span(self, spot: int) -> tuple[int, int]:
        """Byte offsets [start, end) of a spot; (0, 0) for -1."""
        if spot < 0:
            return (0, 0)
        if self._spots is None:
            self._spots = array("I", self._spots_blob)
        return self._spots[2 * spot], self._spots[2 * spot + 1]

    def pack(self) -> tuple[object, ...]:
        """Plain values for marshal; `unpack` is the way back."""
        head = tuple(_plain(getattr(self, n)) for n in HEAD)
        body = self._body_blob or marshal.dumps(tuple(tuple(map(_plain, table)) for table in self._load()))
        return (head, body, self._spots_blob, self.shape_digest, self.body_digest)

    @staticmethod
    def unpack(packed: tuple[object, ...]) -> Facts:
        return Facts(*packed)  # type: ignore[arg-type]

    def _load(self) -> tuple[tuple[Expr, ...], tuple[Guard, ...], tuple[Assign, ...], tuple[Return, ...]]:
        if self._body is None:
            tables, self._body_blob = marshal.loads(self._body_blob), b""  # it would be kept twice
            self._body = tuple(tuple(map(MAKE[n], t)) for n, t in zip(BODY, tables, strict=True))  # type: ignore[assignment]
        return self._body  # type: ignore[return-value]
