"""Questions about code that always end, and whose answers do not depend on what was asked before."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from askfirst.model.memo import Memo, Memory

P = ParamSpec("P")
T = TypeVar("T")


class Steps:
    """A number of steps that one question may take away from the expression at hand.

    Going into a variable's value, a function's body, a lambda's call or a caller spends one. Every cycle does, so all
    questions end; and as answers are remembered by what was left to spend, lazy and eager resolution agree.
    """

    def __init__(self, budget: int) -> None:
        self.budget = budget  # what is left

    def remembered(self, memory: Memory, answer: Callable[..., T]) -> tuple[Memo[Any, T], ...]:
        """Memos of `answer` by its arguments, one for each number of steps left to spend."""
        return tuple(memory.memo(self._with(left, answer)) for left in range(self.budget + 1))

    def _with(self, left: int, answer: Callable[..., T]) -> Callable[[tuple[Any, ...]], T]:
        def ask(key: tuple[Any, ...]) -> T:
            before, self.budget = self.budget, left
            try:
                return answer(*key)
            finally:
                self.budget = before

        return ask

    def spend(self, answer: Callable[P, T], otherwise: T, *args: P.args, **kwargs: P.kwargs) -> T:
        """`answer(…)` with one step less to spend; `otherwise` when none is left."""
        if self.budget == 0:
            return otherwise
        self.budget -= 1
        try:
            return answer(*args, **kwargs)
        finally:
            self.budget += 1
