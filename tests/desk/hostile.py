"""Submissions, names and explanations that try to run something, fetch something, or read as something else."""

from dataclasses import replace

from autograder.model.class_result import ClassResult
from autograder.model.hand_in import Student
from autograder.model.outcome import Explanation
from tests.class_page.made_up_class import made_up_class

ELSEWHERE = "https://evil.example"
TEXTS = (
    "<script>document.title='ran'</script>",
    f"<img src={ELSEWHERE}/x.png onerror=\"document.title='ran'\">",
    f"<style>@import '{ELSEWHERE}/x.css'; * {{ display: none }}</style>",
    f"<link rel=stylesheet href={ELSEWHERE}/x.css>",
    f"<svg onload=\"document.title='ran'\"><image href='{ELSEWHERE}/x.png'/></svg>",
    f"<iframe src={ELSEWHERE}></iframe>",
    f"<meta http-equiv=refresh content='0;url={ELSEWHERE}'>",
    f"<base href={ELSEWHERE}>",
    f"<form action={ELSEWHERE}><button>Save</button></form>",
    f"<object data={ELSEWHERE}/x.svg></object>",
    f"<video src={ELSEWHERE}/x.mp4 autoplay>",
    "</textarea><script>document.title='ran'</script>",
    "</code></div></main><script>document.title='ran'</script>",
    "\"><script>document.title='ran'</script>",
    "' onmouseover='document.title=1' x='",
    "{{ 7 * 7 }}{% raw %}{{ known }}",
    "javascript:document.title='ran'",
    "\u202etxt.exe \u2066level\u2069 \u200bhidden\u200b",
    "\x1b[31mred\x1b[0m \x00\x07\x08",
    "&lt;script&gt;alert(1)&lt;/script&gt; &#x3c;script>",
    "x" * 60_000,
    "\n" * 300,
    "مُحَمَّد 欧阳 กานต์ 😀" * 50,
    "# " + "(" * 20_000,
    "'''" + "\\" * 30_000,
)


UPLOADS = 3  # different ones, each with some of the texts


def hostile_files(place: int) -> dict[str, str]:
    """Return an upload that holds some of the texts: as code, as prose, and as strings."""
    texts = TEXTS[place % UPLOADS :: UPLOADS]
    code = "".join(f"x = 1\n{text}\ny = '{text}'\n" for text in texts)
    return {"submitted.py": code, "README.md": "# Report\n\n" + "\n\n".join(texts)}


def hostile_class() -> ClassResult:
    """Return a class with one student named by each text; every report shows all of them."""
    result = made_up_class(len(TEXTS))
    rows = []
    for row, text in zip(result.rows, TEXTS, strict=True):
        hand_in = replace(row.hand_in, students=(Student(text, text[:30], text[:30], text[:30]),), remarks=(text,))
        if row.report is None:
            rows.append(replace(row, hand_in=hand_in))
            continue
        outcomes = tuple(
            replace(one, explanation=Explanation(*[TEXTS[place % len(TEXTS)][:2000]] * 4), remarks=(text[:2000],))
            for place, one in enumerate(row.report.outcomes + row.report.outcomes[:8])
        )
        rows.append(replace(row, hand_in=hand_in, report=replace(row.report, outcomes=outcomes)))
    return replace(result, rows=tuple(rows))
