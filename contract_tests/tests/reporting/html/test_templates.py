"""The templates of a page: what a service says is text in them, and no link leads elsewhere."""

import re
from importlib.resources import files

import pytest
from jinja2 import UndefinedError

from pacsimile_contract.reporting.html.rendering import environment

TEMPLATES = files("pacsimile_contract.reporting.html").joinpath("templates")


def test_a_template_writes_values_as_text() -> None:
    """In an element and in an attribute; what is not there, or is neither text nor number, is an error of ours."""
    made = environment().from_string('<p title="{{ value }}">{{ value }}</p>')
    assert made.render(value="<b>\"'&\x00") == (
        r'<p title="&lt;b&gt;&#34;&#39;&amp;\x00">&lt;b&gt;&#34;&#39;&amp;\x00</p>'
    )
    assert made.render(value=1.5) == '<p title="1.5">1.5</p>'
    with pytest.raises(UndefinedError):
        made.render()
    for value in (None, ["a list"], b"bytes"):
        with pytest.raises(TypeError, match="a template writes text and numbers"):
            made.render(value=value)


def test_code_stands_between_backticks() -> None:
    """And what it is is text."""
    made = environment().from_string('{% from "macros.html.j2" import with_code %}{{ with_code(text) }}')
    assert made.render(text="a `b<` c") == "a <code>b&lt;</code> c"


@pytest.mark.parametrize("name", [name for name in environment().list_templates() if name.endswith(".j2")])
def test_no_template_turns_escaping_off(name: str) -> None:
    """None says that a value is safe, or joins text to markup, where neither would be seen as a text again."""
    source = TEMPLATES.joinpath(name).read_text("utf-8")
    code = " ".join(re.findall(r"\{[{%](.*?)[%}]\}", source, re.DOTALL))
    assert not re.findall(r"\b(safe|autoescape|Markup|forceescape)\b|~|\|\s*(?!length\b)\w+", code)
    assert "'{{" not in source
    assert not re.search(r"=\{[{%]", source)


def test_a_link_leads_only_within_the_page() -> None:
    """No template has an address that a value could begin."""
    for name in environment().list_templates():
        source = TEMPLATES.joinpath(name).read_text("utf-8")
        assert set(re.findall(r'(?:href|src|action)="(.)', source)) <= {"#", "d"}, name
