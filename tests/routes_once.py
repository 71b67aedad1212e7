"""Werkzeug parses each route of each application, and writes and compiles a function for it. Tests make a
thousand applications of the same routes, and this was most of what each cost: here a route is compiled once
a process.

    with routes_once(): ...
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import MethodType

import pytest
from werkzeug.routing import Rule

# What a route's values become: subdomain and path.
Builder = Callable[..., tuple[str, str]]


@contextmanager
def routes_once() -> Iterator[None]:
    """Until the end of the block. What is compiled depends on the route's text, defaults and converters
    alone, and is not changed afterwards: rules of other applications share it.
    """
    compile_it: Callable[[Rule], None] = Rule.compile
    known: dict[str, Rule] = {}

    def compile_once(rule: Rule) -> None:
        domain = rule.host if rule.map.host_matching else rule.subdomain
        text = (rule.rule, domain, rule.merge_slashes, rule.defaults)
        key = repr((text, sorted(rule.map.converters.items(), key=str)))
        if key not in known:
            compile_it(rule)
            known[key] = rule
            return
        same = known[key]
        rule._parts, rule._trace, rule._converters = same._parts, same._trace, same._converters
        rule.arguments |= same.arguments
        rule._build = _as_method_of(rule, same._build)
        rule._build_unknown = _as_method_of(rule, same._build_unknown)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Rule, "compile", compile_once)
        yield


def _as_method_of(rule: Rule, build: Builder) -> Builder:
    assert isinstance(build, MethodType)
    return MethodType(build.__func__, rule)
