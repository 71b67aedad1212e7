"""Werkzeug writes and compiles a function for each route of each application. Tests make a thousand
applications of the same routes, and this was half of what each cost: here a route is compiled once a process.

    with routes_once(): ...
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from werkzeug.routing import Rule

# What a route's values become: subdomain and path.
Builder = Callable[..., tuple[str, str]]


@contextmanager
def routes_once() -> Iterator[None]:
    """Until the end of the block. What is compiled depends on the route's text and defaults alone: the rule,
    with its converters, is handed to it at each call.
    """
    compile_it: Callable[..., Builder] = Rule._compile_builder
    known: dict[str, Builder] = {}

    def compile_once(rule: Rule, *options: bool) -> Builder:
        key = repr((rule._trace, rule.defaults, options))
        if key not in known:
            known[key] = compile_it(rule, *options)
        return known[key]

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Rule, "_compile_builder", compile_once)
        yield
