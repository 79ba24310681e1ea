"""Which stage the processor is busy with: named functions are wrapped where they are called, each for itself."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from time import process_time
from typing import Any
from unittest.mock import patch


class Stopwatch:
    """Processor time by stage, milliseconds: of a stage inside another the time counts for the inner one alone."""

    def __init__(self) -> None:
        self.ms: dict[str, float] = {}
        self._running: list[str] = []
        self._since = 0.0

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Count what happens inside as `name`."""
        self._book()
        self._running.append(name)
        try:
            yield
        finally:
            self._book()
            self._running.pop()

    def wrapped(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return a function whose calls count as the stage `name`."""

        def timed(*args: Any, **kwargs: Any) -> Any:
            with self.stage(name):
                return function(*args, **kwargs)

        return timed

    def _book(self) -> None:
        now = process_time()
        if self._running:
            name = self._running[-1]
            self.ms[name] = self.ms.get(name, 0.0) + 1000 * (now - self._since)
        self._since = now


@contextmanager
def watching(watch: Stopwatch, stages: Mapping[str, Sequence[tuple[Any, str]]]) -> Iterator[None]:
    """Count the calls of some functions as stages for a while.

    Args:
        watch: where they count.
        stages: stage -> (module that calls it, name of the function there).
    """
    with ExitStack() as stack:
        for name, places in stages.items():
            for module, attribute in places:
                stack.enter_context(patch.object(module, attribute, watch.wrapped(name, getattr(module, attribute))))
        yield
