"""Self-contained pages of one file, and their common frame."""

import base64
import hashlib
import re
from collections.abc import Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, meta
from markupsafe import Markup, escape

from autograder.rendering.text import plain, points

HERE = Path(__file__).parent
CODE = re.compile(r"`([^`\n]+)`")


def to_page(template: Path, /, with_images: bool = False, **values: Any) -> str:
    """Return a page made from a template that extends `frame.html.jinja`.

    If `<name>.css` and `<name>.js` lie beside `<name>.html.jinja`, the page includes them, after those of the
    templates that it extends or imports. The page forbids the browser to fetch anything and to use any other script
    or style, whatever text it contains.

    Args:
        template: path of the template.
        with_images: whether the page contains images, as `data:`.
        values: the template's variables; autoescape is on, and a missing name raises.
    """
    page, constants = _prepared(template, with_images)
    return page.render(**constants, **values)


@cache
def _prepared(template: Path, with_images: bool) -> tuple[Template, Mapping[str, Any]]:
    """Return a compiled template and the constants of all its pages; a class has a page for each student."""
    environment = environment_of(template.parent, HERE)
    parts = _parts(environment, template.name)
    style, script = ("".join(map(partial(_beside, ending=ending), parts)) for ending in (".css", ".js"))
    constants = {"style": Markup(style), "script": Markup(script), "policy": _policy(style, script, with_images)}
    return environment.get_template(template.name), constants


def environment_of(*folders: Path) -> Environment:
    """Return an environment for the templates in these folders, with the filters that all our pages share."""
    environment = Environment(
        loader=FileSystemLoader(folders),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"points": points, "plain": plain, "prose": prose}
    return environment


def prose(text: str) -> Markup:
    """Return plain text for a page, with the parts between backticks as code."""
    return Markup(CODE.sub(r"<code>\1</code>", str(escape(plain(text)))))


def _parts(environment: Environment, name: str) -> list[Path]:
    """Return the files of a template and of all templates that it extends or imports, these first."""
    assert environment.loader
    source, path, _ = environment.loader.get_source(environment, name)
    others = filter(None, meta.find_referenced_templates(environment.parse(source)))
    found = dict.fromkeys(part for other in others for part in _parts(environment, other))
    return [*found, Path(path or name)]


def _beside(template: Path, ending: str) -> str:
    path = template.with_name(template.name.removesuffix(".html.jinja") + ending)
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def _policy(style: str, script: str, with_images: bool) -> str:
    parts = ["default-src 'none'", f"style-src {_digest(style)}"]
    if with_images:
        parts.append("img-src data:")
    if script:
        parts.append(f"script-src {_digest(script)}")
    return "; ".join([*parts, "base-uri 'none'", "form-action 'none'"])


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
