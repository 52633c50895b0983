"""Java statements: what leaves, chooses and repeats."""

from __future__ import annotations

from functools import partial

from tree_sitter import Node

from askfirst.facts.flow import Branch
from askfirst.facts.java_exprs import JavaExprs
from askfirst.facts.trees import COMMENTS, constant


class JavaFlow(JavaExprs):
    """Reads statements and switches."""

    # Statements

    def modifiers(self, node: Node) -> tuple[str, ...]:
        """Modifiers among a declaration's children: words, and annotations as "@Name"."""
        found: list[str] = []
        for holder in node.children:
            if holder.type != "modifiers":
                continue
            for child in holder.children:
                if child.type in ("annotation", "marker_annotation"):
                    name = "@" + self.type_name(child.named_children[0])
                    given = child.child_by_field_name("arguments")
                    found += [name, *constant(name, self.word(given) if given is not None else "")]
                elif child.type not in COMMENTS:
                    found.append(self.word(child))
        return tuple(found)

    def statements(self, nodes: list[Node]) -> int:
        value = -1
        for node in nodes:
            if node.type not in COMMENTS:
                value = self.expr(node)
        return value

    def block(self, node: Node) -> int:
        self.statements(node.named_children)
        return -1

    def local_type(self, node: Node) -> int:
        self.member(node)
        return -1

    def if_(self, node: Node) -> int:
        self.choice(node)
        return -1

    def labeled(self, node: Node) -> int:
        saved, dead = self.guard, self.dead
        for child in node.named_children[1:]:
            self.expr(child)
        if self.frame.escaped:
            self.guard, self.dead = saved, dead
        return -1

    def while_(self, node: Node) -> int:
        condition, body, _ = self._loop_parts(node)
        test = self.expr(condition) if condition is not None else -1
        if not self.loop(lambda: self._statement(body), test):
            self.push(test, False)
            self.dead = self.dead or self._endless(test)
        return -1

    def do(self, node: Node) -> int:
        condition, body, _ = self._loop_parts(node)
        test = -1

        def read() -> None:
            nonlocal test
            self._statement(body)
            test = self.expr(condition) if condition is not None else -1

        if not self.loop(read):
            self.push(test, False)
            self.dead = self.dead or self._endless(test)
        return -1

    def for_(self, node: Node) -> int:
        condition, body, updates = self._loop_parts(node)
        for each in node.children_by_field_name("init"):
            self.expr(each)
        test = self.expr(condition) if condition is not None else -1

        def read() -> None:
            self._statement(body)
            for each in updates:
                self.expr(each)

        if not self.loop(read, test) and condition is None:
            self.dead = True
        return -1

    def _loop_parts(self, node: Node) -> tuple[Node | None, Node | None, list[Node]]:
        find = node.child_by_field_name
        return find("condition"), find("body"), node.children_by_field_name("update")

    def _endless(self, test: int) -> bool:
        return test >= 0 and self.rows.exprs[test][:2] == ("bool", "true")

    def _statement(self, node: Node | None) -> None:
        if node is not None:
            self.expr(node)

    def for_each(self, node: Node) -> int:
        find = node.child_by_field_name
        name, type, value, body = find("name"), find("type"), find("value"), find("body")
        each = self.expr(value) if value is not None else -1
        if name is not None:
            written = self.type_text(type) if type is not None else ""
            self.variable(name, "" if written == "var" else written, each, "loop", self.modifiers(node))
        self.loop(lambda: self._statement(body))
        return -1

    def try_(self, node: Node) -> int:
        resources = body = last = None
        catches: list[Node] = []
        for child in node.named_children:
            match child.type:
                case "resource_specification":
                    resources = child
                case "block":
                    body = child
                case "catch_clause":
                    catches.append(child)
                case "finally_clause":
                    last = child

        def read() -> None:
            for each in resources.named_children if resources is not None else ():
                self._resource(each)
            self._statement(body)

        self.attempt(
            read, [partial(self._catch, c) for c in catches], partial(self._finally, last) if last is not None else None
        )
        return -1

    def _resource(self, node: Node) -> None:
        name, value, type = (
            node.child_by_field_name("name"),
            node.child_by_field_name("value"),
            node.child_by_field_name("type"),
        )
        if name is None or value is None:
            self.other(node)
            return
        written = self.type_text(type) if type is not None else ""
        self.variable(name, "" if written == "var" else written, self.expr(value), "local", self.modifiers(node))

    def _catch(self, node: Node) -> None:
        for child in node.named_children:
            if child.type == "catch_formal_parameter":
                name = child.child_by_field_name("name")
                types = [self.type_text(c) for c in child.named_children if c.type == "catch_type"]
                if name is not None:
                    self.variable(name, "".join(types), -1, "catch", self.modifiers(child))
                    self.push(self.add("caught", "".join(types), (), child.start_byte, child.end_byte), True)
        self._statement(node.child_by_field_name("body"))

    def _finally(self, node: Node) -> None:
        for child in node.named_children:
            self.expr(child)

    def return_(self, node: Node) -> int:
        self.give_back(self.parenthesized(node))
        return -1

    def yield_(self, node: Node) -> int:
        value = self.parenthesized(node)
        if value >= 0:
            self.yields.append(value)
        return self.jump(True)

    def break_(self, node: Node) -> int:
        return self.jump(True, bool(node.named_children))

    def continue_(self, node: Node) -> int:
        return self.jump(False)

    # switch

    def switch(self, node: Node) -> int:
        """Old and new switches, as statement or value. A group that ends without leaving runs on into the next."""
        subject_node, body = node.child_by_field_name("condition"), node.child_by_field_name("body")
        subject = self.expr(subject_node) if subject_node is not None else -1
        saved = before = self.guard
        dead, broke, yields = self.dead, self.broke, self.yields
        branches: list[Branch] = []
        results: list[int] = []
        running: list[int] = []  # conditions of groups that run on into this one
        whole = open_ = False
        groups = [c for c in body.named_children if c.type not in COMMENTS] if body is not None else []
        for child in groups:
            if child.type not in ("switch_block_statement_group", "switch_rule"):
                if child.is_error:
                    self.broken(child)
                continue
            self.guard, self.dead, self.broke, self.yields = before, False, False, []
            condition, rest = self._labels(child, subject)
            whole = whole or condition < 0
            running.append(condition)
            open_ = open_ or condition < 0
            entry = -1 if open_ else self.any_of(running)
            self.push(entry, True)
            start = self.guard
            value = self.statements(rest)
            if child.type == "switch_rule":
                results.append(value)
            results.extend(self.yields)
            runs_on = child.type != "switch_rule" and not self.dead and not self.broke
            if runs_on and child is not groups[-1]:
                continue
            branches.append(Branch(entry, before, start if self.broke else self.guard, self.dead and not self.broke))
            self.guard = before
            for each in running:
                self.push(each, False)
            before, running, open_ = self.guard, [], False
        if not whole:
            branches.append(Branch(-1, before, before, False))
        self.dead, self.broke, self.yields = dead, broke, yields
        self.join(saved, branches)
        return self.add("when", "", (subject, *results), node.start_byte, node.end_byte)

    def _labels(self, node: Node, subject: int) -> tuple[int, list[Node]]:
        """The condition of a group or rule (-1 for default), and its statements."""
        conditions: list[int] = []
        rest: list[Node] = []
        default = False
        for child in node.named_children:
            if child.type == "switch_label":
                default = default or child.children[0].type == "default"
                conditions.extend(self._label(child, subject))
            elif child.type not in COMMENTS:
                rest.append(child)
        conditions = [c for c in conditions if c >= 0]
        return -1 if default or not conditions else self.any_of(conditions), rest

    def _label(self, node: Node, subject: int) -> list[int]:
        found: list[int] = []
        for child in node.named_children:
            if child.type in COMMENTS:
                continue
            start, end = child.start_byte, child.end_byte
            if child.type == "guard":
                if found:
                    self.push(found[-1], True)
                    extra = self.parenthesized(child)
                    self.guard = int(self.rows.guards[self.guard][2])  # type: ignore[call-overload]
                    if extra >= 0:
                        found[-1] = self.add("op", "&&", (found[-1], extra), node.start_byte, end)
            elif subject >= 0:
                matches = child.type in ("pattern", "type_pattern", "record_pattern")
                right = self.pattern(child, subject) if matches else self.expr(child)
                if right >= 0:
                    found.append(self.add("op", "is" if matches else "==", (subject, right), start, end))
        return found
