"""HTML made from Python values: text is escaped because it is text, and only what `element` made is markup."""

import html

from pacsimile_spec.plain import printable


class Markup(str):
    """HTML that may be written as it is."""

    __slots__ = ()


Child = str | None
"""Text, which is escaped; Markup, which is not; None, which is nothing."""

_VOID = frozenset({"br", "hr", "input"})
_DRAWN = frozenset({"line", "rect"})
"""Elements of SVG, which end only where it is said."""


def escaped(text: str) -> Markup:
    """Return a text as HTML: its signs escaped, and what is no visible sign written as its escape."""
    return text if isinstance(text, Markup) else Markup(html.escape(printable(text), quote=True))


def joined(*children: Child) -> Markup:
    """Return children one after the other."""
    return Markup("".join(escaped(one) for one in children if one is not None))


def element(name: str, *children: Child, **attributes: str | int | float | bool | None) -> Markup:
    """Return an element. Attributes: `class_`, `aria_label`; True has no value, None and False are left out."""
    written = "".join(_attribute(key, value) for key, value in attributes.items())
    if name in _VOID:
        return Markup(f"<{name}{written}>")
    if name in _DRAWN:
        return Markup(f"<{name}{written}/>")
    return Markup(f"<{name}{written}>{joined(*children)}</{name}>")


def with_code(text: str) -> Markup:
    """Return a text in which what stands between backticks is code."""
    return joined(*(element("code", one) if place % 2 else one for place, one in enumerate(text.split("`"))))


def _attribute(key: str, value: str | int | float | bool | None) -> str:
    if value is None or value is False:
        return ""
    name = key.rstrip("_").replace("_", "-")
    return f" {name}" if value is True else f' {name}="{escaped(str(value))}"'
