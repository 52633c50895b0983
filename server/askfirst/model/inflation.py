"""Layouts as code: which classes they name, and where they are inflated.

Views, fragments and behaviours by their tags and attributes; `<include>` and a navigation graph's start destination count as if they
stood there, what a `<ViewStub>` names does not (developer.android.com: LayoutInflater, FragmentContainerView, ViewStub,
CoordinatorLayout.Behavior, guide/navigation "Design your navigation graph"; topic/libraries/view-binding).
"""

from __future__ import annotations

import posixpath
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence

from askfirst.facts.rows import Element
from askfirst.model.files import Unit
from askfirst.model.memo import Memo
from askfirst.model.module import attribute
from askfirst.model.resolve import Resolver
from askfirst.model.resources import kind_of
from askfirst.model.symbols import Ty

_KINDS = frozenset({"layout", "navigation", "xml"})
# Attributes whose value is a class that is made with the element.
_CLASSES = ("class", "android:name", "app:layout_behavior", "app:layoutManager")
_INCLUDES = ("layout", "app:navGraph", "app:graph")
_COMPARES = frozenset({"==", "!=", "===", "!==", "in", "!in"})

Site = tuple[int, int]  # file, expression
Resource = tuple[str, str]  # kind and name: ("layout", "activity_main")


class Inflation:
    """Answers where a class is made because a layout names it."""

    def __init__(self, resolver: Resolver, sites: Callable[[str], Iterator[Site]], units: Callable[[], Sequence[Unit]]) -> None:
        """`sites`: every mention of a name; `units`: the files of the project, those of XML among them are looked at."""
        self.resolver, self.symbols, self._sites = resolver, resolver.symbols, sites
        self._units = units
        memo = self.symbols.memory.memo
        self._files, self._naming, self._including = memo(self._find_files), memo(self._find_naming), memo(self._find_including)
        self._known: Memo[Ty, tuple[Site, ...]] = self.symbols.memory.memo(lambda ty: tuple(self._find(ty)))

    def of(self, ty: Ty) -> tuple[Site, ...]:
        """Where a layout that names the class is inflated."""
        return self._known[ty]

    def _find(self, ty: Ty) -> Iterator[Site]:
        simple = self.symbols.type(ty).name.rpartition(".")[2]
        own, module = self.symbols.name_of(ty), self.symbols.units[ty[0]].module
        todo = [
            (unit, resource) for written, unit, resource in self._naming[None].get(simple, ())
            if (written == own or (written.startswith(".") and own.endswith(written))) and self.symbols.sees(unit.module, module)
        ]  # fmt: skip
        seen = set()
        while todo:
            unit, resource = todo.pop()
            if (unit.module, resource) not in seen:
                seen.add((unit.module, resource))
                yield from self._inflated(unit.module, *resource)
                including = self._including[None].get(resource, ())
                todo += [row for row in including if self._means(row[0].module, resource, unit.module)]

    def _inflated(self, module: str, kind: str, name: str) -> Iterator[Site]:
        """Where code of a module that sees this one inflates the resource."""
        for f, e in [*self._by_id(kind, name), *(self._by_binding(name) if kind == "layout" else ())]:
            if self.resolver.expr(f, e).function >= 0 and self._means(self.symbols.units[f].module, (kind, name), module):
                yield f, e

    def _by_id(self, kind: str, name: str) -> Iterator[Site]:
        """`R.layout.name`, given to whatever it is given to, unless it is compared."""
        for f, e in self._sites(name):
            scope = self.resolver.scope(f)
            if scope.dotted(e).endswith(f"R.{kind}.{name}"):
                parent = scope.parents[e]
                if parent < 0 or self.resolver.expr(f, parent).value not in _COMPARES:
                    yield f, e

    def _by_binding(self, name: str) -> Iterator[Site]:
        """`NameBinding.inflate(…)`, `NameBinding::inflate`, `viewBinding<NameBinding>()`."""
        binding = "".join(word[:1].upper() + word[1:] for word in name.split("_")) + "Binding"
        for f, e in self._sites(binding):
            row, parent = self.resolver.expr(f, e), self.resolver.scope(f).parents[e]
            above = self.resolver.expr(f, parent) if parent >= 0 else None
            if row.kind in ("typearg", "class") or (
                above is not None and above.kind in ("call", "ref") and above.value == "inflate" and above.kids[0] == e
            ):
                yield f, e

    # what the files say

    def _find_files(self, _: None) -> dict[Resource, list[Unit]]:
        found: defaultdict[Resource, list[Unit]] = defaultdict(list)
        for unit in self._units():
            if unit.language == "xml" and kind_of(unit.path) in _KINDS:
                found[kind_of(unit.path), posixpath.basename(unit.path).partition(".")[0]].append(unit)
        return dict(found)

    def _means(self, module: str, resource: Resource, own: str) -> bool:
        """Whether a resource that a module speaks of is (also) that of the module `own`: its own one hides all others."""
        if module == own:
            return True
        hidden = any(unit.module == module for unit in self._files[None].get(resource, ()))
        return not hidden and self.symbols.sees(module, own)

    def _find_naming(self, _: None) -> dict[str, list[tuple[str, Unit, Resource]]]:
        """Simple name of a class → (the class as written, the file, its resource)."""
        found: defaultdict[str, list[tuple[str, Unit, Resource]]] = defaultdict(list)
        for unit, resource, element in self._elements():
            attributes = _CLASSES if resource[0] != "xml" else ()
            for written in (element.name, *(attribute(element, word) for word in attributes)):
                if "." in written:
                    written = written.replace("$", ".")
                    found[written.rpartition(".")[2]].append((written, unit, resource))
        return dict(found)

    def _find_including(self, _: None) -> dict[Resource, list[tuple[Unit, Resource]]]:
        """Resource → the files that include it."""
        found: defaultdict[Resource, list[tuple[Unit, Resource]]] = defaultdict(list)
        for unit, resource, element in self._elements():
            for name in _INCLUDES:
                kind, _slash, included = attribute(element, name).removeprefix("@").partition("/")
                if included:
                    found[kind, included].append((unit, resource))
        return dict(found)

    def _elements(self) -> Iterator[tuple[Unit, Resource, Element]]:
        """The elements that are made when their resource is inflated: all of a layout, the first one of a navigation graph."""
        for resource, units in self._files[None].items():
            for unit in units:
                elements = unit.facts.elements
                for element in elements if resource[0] != "navigation" else self._start(elements):
                    yield unit, resource, element

    def _start(self, elements: Sequence[Element]) -> Iterator[Element]:
        """The destination that a navigation graph starts with: in a graph of its own, that one's; or another file's graph."""
        at = 0 if elements else -1
        while at >= 0 and elements[at].name == "navigation":
            start = _id(elements[at], "app:startDestination")
            below = [i for i, element in enumerate(elements) if element.parent == at]
            at = next((i for i in below if start and start in self._ids(elements[i])), -1)
        if at >= 0:
            yield elements[at]

    def _ids(self, element: Element) -> set[str]:
        """The ids that lead to a destination; an included graph has its own."""
        if element.name != "include":
            return {_id(element, "android:id")}
        units = self._files[None].get(("navigation", _id(element, "app:graph")), ())
        return {_id(unit.facts.elements[0], "android:id") for unit in units if unit.facts.elements}


def _id(element: Element, name: str) -> str:
    return attribute(element, name).rpartition("/")[2]
