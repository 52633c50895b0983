"""Merges manifests as the Android build does: the higher one first, each lower one into what it has become."""

from __future__ import annotations

from collections.abc import Iterable

from askfirst.model.nodes import Node

# Kinds that are only the same when all of them is: both stay.
_WHOLE = frozenset({"intent-filter", "intent"})
_ONE = frozenset({"application", "uses-sdk", "supports-screens", "queries", "manifest"})
Removed = dict[tuple[str, str], Node]


def merge(high: Node, low: Node, package: str = "") -> Node:
    """`high` with what `low` adds. `package` is that of the manifest `low` comes from, for `tools:selector`."""
    return _merge(high, low, package)


def settle(root: Node) -> tuple[Node, Removed]:
    """The merged tree without what is marked as removed, and the marks by (element, key); removeAll has the key ""."""
    removed: Removed = {}
    return _settle(root, removed), removed


def _merge(high: Node, low: Node, package: str) -> Node:
    attributes = dict(high.attributes)
    places = dict(high.places)
    refused = high.tools("remove")
    for name, value in low.attributes.items():
        if name not in attributes and name not in refused:
            attributes[name] = value
            if name in low.places:
                places[name] = low.places[name]
    raw = low.raw | high.raw if high.name == "manifest" else high.raw
    return high._replace(
        attributes=attributes, places=places, raw=raw, children=_children(high.children, low.children, package)
    )


def _children(high: tuple[Node, ...], low: tuple[Node, ...], package: str) -> tuple[Node, ...]:
    places = {_identity(node): number for number, node in enumerate(high)}
    merged = list(high)
    refused = {node.name for node in high if node.marker == "removeAll" and _selects(node, package)}
    for node in low:
        if node.name in refused:
            continue
        number = places.get(_identity(node))
        if number is None:
            places[_identity(node)] = len(merged)
            merged.append(node)
            continue
        own = merged[number]
        marker = own.marker if _selects(own, package) else ""
        if marker in ("remove", "replace", "removeAll") or own.name in _WHOLE:
            continue
        if node.marker == "remove" and own.marker != "remove":
            continue  # a lower mark takes from what lies still lower, not from this
        if marker == "merge-only-attributes":
            node = node._replace(children=())
        merged[number] = _merge(own, node, package)
    return tuple(merged)


def _settle(node: Node, removed: Removed) -> Node:
    kept = []
    for child in node.children:
        if child.marker in ("remove", "removeAll"):
            if not child.tools("selector"):
                removed[child.name, child.key if child.marker == "remove" else ""] = child
        else:
            kept.append(_settle(child, removed))
    return node._replace(children=tuple(kept))


def _identity(node: Node) -> tuple[str, str]:
    if node.name in _WHOLE:
        return node.name, " ".join((node.key, *sorted(_words(node.children))))
    return node.name, "" if node.name in _ONE else node.key


def _words(nodes: Iterable[Node]) -> Iterable[str]:
    return (f"{node.name}:{node.key}" for node in nodes)


def _selects(node: Node, package: str) -> bool:
    """Whether the marker of `node` speaks to the manifest of `package`."""
    selected = node.tools("selector")
    return not selected or package in selected
