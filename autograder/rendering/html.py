"""Pages of one file that need nothing but themselves: the frame that all share."""

import base64
import hashlib
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from autograder.rendering.text import plain, points

HERE = Path(__file__).parent


def to_page(template: Path, /, **values: Any) -> str:
    """Return a page made of a template that extends `frame.html.jinja`.

    Beside `<name>.html.jinja` may lie `<name>.css` and `<name>.js`; both are put into the page. The page forbids
    the browser to fetch anything, and to run any script or apply any style but these, whatever its text holds.

    Args:
        template: path of the template.
        values: what it shows; autoescape is on, and a name that is missing raises.
    """
    name = template.name.removesuffix(".html.jinja")
    style = (HERE / "frame.css").read_text(encoding="utf-8") + _beside(template, f"{name}.css")
    script = _beside(template, f"{name}.js")
    environment = Environment(
        loader=FileSystemLoader([template.parent, HERE]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"points": points, "plain": plain}
    page = environment.get_template(template.name)
    return page.render(style=Markup(style), script=Markup(script), policy=_policy(style, script), **values)


def _beside(template: Path, name: str) -> str:
    path = template.with_name(name)
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def _policy(style: str, script: str) -> str:
    parts = ["default-src 'none'", f"style-src {_digest(style)}"]
    if script:
        parts.append(f"script-src {_digest(script)}")
    return "; ".join([*parts, "base-uri 'none'", "form-action 'none'"])


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
