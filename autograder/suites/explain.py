"""Explains to a student why a probe did not return: the reason, and a hint for each way to end."""

import re

from autograder.model.observation import Observation, StudentError
from autograder.model.outcome import Explanation
from autograder.model.verdict import Verdict
from autograder.suites import not_as_at_home, syntax
from autograder.wire.built_in import ENDS_EARLY
from autograder.wire.holes import is_hole

PRINTED_LINES = 12
NOT_IMPORTED = "Not run, because the submission could not be imported; see the top of the result."
IN_A_CELL = re.compile(r"^ *\S.*, cell \d+, line \d+", re.MULTILINE)  # a frame of a notebook
OF_A_CELL = re.compile(rf".*{ENDS_EARLY} \(cell \d+(?:, line \d+)?: (?P<kind>\w+): (?P<message>.*?)\)+$", re.DOTALL)
RUN_ALL = (
    "Restart the notebook and run all cells: Jupyter remembers names of cells that were changed or removed, and the "
    "grader does not."
)
NO_SUCH_MODULE = (
    "The grader has torch, torchvision, numpy, pandas, matplotlib, scikit-learn, tqdm and Python's standard library. "
    "Remove the import, or upload the module with your solution if it is your own."
)
UNREADABLE = ("SyntaxError", "IndentationError", "TabError")
IN_OUR_WORDS = ("MissingName", "UnexpectedResult", "UnusableFile")  # our own exceptions, whose message says it all


def explanation_of(observation: Observation) -> Explanation:
    """Return the reason and a hint, with the student's own traceback or output as detail."""
    if observation.verdict is Verdict.NOT_RUN:
        return Explanation(seen=NOT_IMPORTED)
    error = observation.error
    seen = observation.reason
    if error and error.kind in IN_OUR_WORDS:
        seen = f"{error.message}."
    elif error and is_hole(error.kind, error.message):
        seen = "This part of the template is still empty."
    seen += _progress(observation)
    detail = (
        error.traceback if error and error.kind not in IN_OUR_WORDS and not is_hole(error.kind, error.message) else ""
    )
    if not error and observation.printed.strip():
        detail = "Last lines printed:\n" + "\n".join(observation.printed.splitlines()[-PRINTED_LINES:])
    return Explanation(seen=seen, hint=_hint(observation), detail=detail)


def _progress(observation: Observation) -> str:
    """Return how far a probe came before a budget ended it, if it kept that."""
    kept = observation.value if observation.verdict is not Verdict.RETURNED else None
    progress = kept.get("progress") if isinstance(kept, dict) else getattr(kept, "progress", "")
    return f" Until then, {progress}." if progress and isinstance(progress, str) else ""


def _hint(observation: Observation) -> str:
    match observation.verdict:
        case Verdict.CPU_BUDGET:
            return "Look for an endless loop, for more epochs than needed, or for work that is repeated on each fetch."
        case Verdict.IDLE:
            return "Look for code that waits for ever: input(), sleep(), a lock, a queue, or a worker that has died."
        case Verdict.WALL_CLOCK:
            return "Look for code that waits: sleep(), input(), a lock, or an endless loop."
        case Verdict.MEMORY:
            return "Use smaller batches, and keep the data as uint8 until it is fetched."
        case Verdict.DISK_SPACE:
            return "Write no copies of the data, and keep at most one checkpoint."
        case Verdict.OUTPUT:
            return "Look for print() inside a loop over batches or images."
        case Verdict.CRASHED if "SIGKILL" in observation.reason:
            return (
                "Something killed the process. If your program does so to restart its runtime, by "
                "os.kill(os.getpid(), 9), remove that: nothing starts it again here."
            )
        case Verdict.CRASHED:
            return "Run the same call at home. A crash without a traceback comes from native code or from an exit call."
        case Verdict.TAMPERED:
            return "Only write to file descriptors that your own code opened."
        case Verdict.HARNESS_FAULT:
            return "This is the grader's fault, not yours; the staff will look at it."
    return _hint_on_error(observation)


def _hint_on_error(observation: Observation) -> str:
    error = observation.error
    if error is None:
        return ""
    if difference := not_as_at_home.hint_on(error):
        return difference
    match error.kind:
        case "MissingName" | "NameError" if ENDS_EARLY in error.message:
            return f"Fix that cell. {_on_ended_cell(error.message) or RUN_ALL}"
        case "NameError" if IN_A_CELL.search(error.traceback):
            return RUN_ALL
        case "NameError" if "is not defined" in error.message:
            return (
                "Define or import it above the line shown. A notebook or a shell may still remember a name that is no "
                "longer in the file."
            )
        case "MissingName":
            return "Check the spelling, and that it is defined at the top level, outside functions and classes."
        case "UnusableFile" if error.importing:
            return "Upload it in its folder, and under exactly this name."
        case "UnexpectedResult" if "returned None" in error.message:
            return "Let every path through the function end with a `return`: without one, a function returns None."
        case "UnexpectedResult":
            return "Compare this with the hand-out, which says what each function takes and returns, and in what form."
        case "UnusableFile":
            return "Create the file as the hand-out shows, and upload it with your solution, under exactly this name."
        case "NotImplementedError" if is_hole(error.kind, error.message):
            return f"Replace `raise NotImplementedError` with your solution ({error.message})."
        case "NotImplementedError":  # an abstract class's, or PyTorch's for a network without forward
            return "Write the function or method that the message or the traceback names."
        case "ModuleNotFoundError":
            return NO_SUCH_MODULE
        case "SystemExit":
            return 'Remove the call, or put it under `if __name__ == "__main__":`.'
        case _ if error.kind in UNREADABLE:
            return syntax.hint_on(error)
        case "TypeError" if "argument" in error.message:
            return "Compare the function's parameters with the interface in the hand-out."
        case "RuntimeError" if "file </torch_" in error.traceback:  # the start of the message may have been cut off
            return "Workers pass batches through shared memory, and it is small: use smaller batches, or no workers."
    return _hint_on_message(error.message)


def _on_ended_cell(message: str) -> str:
    """Return a hint on the error of the cell that ended, if it says what differs here from home."""
    found = OF_A_CELL.match(message)
    if found and found["kind"] in UNREADABLE:
        return "Python cannot read it: run it once more before you upload."
    if found and found["kind"] == "ModuleNotFoundError":
        return NO_SUCH_MODULE
    return not_as_at_home.hint_on(StudentError(found["kind"], found["message"], "")) if found else ""


def _hint_on_message(message: str) -> str:
    """Return a hint on an exception by its message; for an unknown message, how to find out more."""
    if "NoneType" in message:
        return "A value there is None: an argument was left out, or a function has no `return`."
    if "does not require grad" in message:
        return (
            "The loss does not depend on any trainable parameter: is the head frozen too, or does forward run under "
            "torch.no_grad()? Print the names of all parameters whose requires_grad is True."
        )
    if "empty parameter list" in message:
        return (
            "The optimizer got no parameters: pass those whose requires_grad is True, and find out why there are none."
        )
    if "shapes cannot be multiplied" in message or "size mismatch" in message:
        return "Print the shape of that layer's input, and compare it with the shape that the layer expects."
    return "Make the same call at home, and print the values in the line that failed."


def problem_of(observation: Observation, file: str) -> str:
    """Return the text for the top of a result whose submission cannot be imported.

    Args:
        observation: of its import.
        file: name of the file that the student handed in, such as `"submitted.ipynb"`.
    """
    parts = explanation_of(observation)
    head = f"`{file}` could not be imported, so no test could run."
    if observation.verdict is Verdict.HARNESS_FAULT:
        head = "No test could run."
    return "\n\n".join(part for part in (f"{head} {parts.seen}", parts.detail, parts.hint) if part)
