"""A page that needs nothing else: the template with its style and script, allowed by their hash alone."""

import base64
import hashlib
import re
from functools import cache
from importlib.resources import files
from string import Template

from pacsimile_contract.release import own_version
from pacsimile_contract.reporting.html.markup import Child, Markup, element, escaped


@cache
def _template() -> tuple[Template, str]:
    text = files("pacsimile_contract.reporting").joinpath("page.html").read_text("utf-8")
    script = re.search(r"<script>(.*?)</script>", text, re.DOTALL)
    assert script is not None
    digest = base64.b64encode(hashlib.sha256(script[1].replace("$$", "$").encode()).digest()).decode()
    policy = (
        f"default-src 'none'; script-src 'sha256-{digest}'; style-src 'unsafe-inline'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    return Template(text), policy


def page(title: str, body: Markup, *, wide: bool = False) -> str:
    """Return a whole page, `wide` where a table wants all the room there is."""
    template, policy = _template()
    return template.substitute(
        title=escaped(title), policy=escaped(policy), body=body, version=escaped(own_version()),
        room="wide" if wide else "narrow",
    )  # fmt: skip


def section(name: str, title: str, *children: Child) -> Markup:
    """Return a section that can be linked to."""
    heading = f"{name}-title"
    return element("section", element("h2", title, id=heading), *children, id=name, aria_labelledby=heading)
