"""Pages of one file that need nothing but themselves: the frame that all share."""

import base64
import hashlib
from collections.abc import Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, meta
from markupsafe import Markup

from autograder.rendering.text import plain, points

HERE = Path(__file__).parent


def to_page(template: Path, /, with_images: bool = False, **values: Any) -> str:
    """Return a page made of a template that extends `frame.html.jinja`.

    Beside `<name>.html.jinja` may lie `<name>.css` and `<name>.js`; both are put into the page, after those of the
    templates that it extends or imports. The page forbids the browser to fetch anything, and to run any script or
    apply any style but these, whatever its text holds.

    Args:
        template: path of the template.
        with_images: whether it shows images, which the page itself holds, as `data:`.
        values: what it shows; autoescape is on, and a name that is missing raises.
    """
    page, constants = _prepared(template, with_images)
    return page.render(**constants, **values)


@cache
def _prepared(template: Path, with_images: bool) -> tuple[Template, Mapping[str, Any]]:
    """Return a compiled template with what all of its pages share; a class has a page for each student."""
    environment = Environment(
        loader=FileSystemLoader([template.parent, HERE]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"points": points, "plain": plain}
    parts = _parts(environment, template.name)
    style, script = ("".join(map(partial(_beside, ending=ending), parts)) for ending in (".css", ".js"))
    constants = {"style": Markup(style), "script": Markup(script), "policy": _policy(style, script, with_images)}
    return environment.get_template(template.name), constants


def _parts(environment: Environment, name: str) -> list[Path]:
    """Return the files of a template and of all that it extends or imports, these first."""
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
