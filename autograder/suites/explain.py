"""What a student reads when a probe did not return, by how it ended."""

from autograder.model.observation import Observation
from autograder.model.outcome import Explanation
from autograder.model.verdict import Verdict

PRINTED_LINES = 12
IN_OUR_WORDS = ("MissingName", "UnexpectedResult")  # exceptions of the harness's own, whose message says it all
HOLE = "NotImplementedError"  # what the holes of a template raise: students replace them, the grader names them


def explanation_of(observation: Observation) -> Explanation:
    """Return the reason, a hint, and the student's own traceback or output as detail."""
    if observation.verdict is Verdict.NOT_RUN:
        return Explanation(seen="Not run, because `submitted.py` could not be imported; see the top of the result.")
    error = observation.error
    seen = observation.reason
    if error and error.kind in IN_OUR_WORDS:
        seen = f"{error.message}."
    elif error and error.kind == HOLE:
        seen = "This part is still a hole of the template."
    seen += _progress(observation)
    detail = error.traceback if error and error.kind not in (*IN_OUR_WORDS, HOLE) else ""
    if not error and observation.printed.strip():
        detail = "Last lines printed:\n" + "\n".join(observation.printed.splitlines()[-PRINTED_LINES:])
    return Explanation(seen=seen, hint=_hint(observation), detail=detail)


def _progress(observation: Observation) -> str:
    """Return how far a probe had come that a budget ended, if it kept that."""
    kept = observation.value if observation.verdict is not Verdict.RETURNED else None
    progress = kept.get("progress") if isinstance(kept, dict) else getattr(kept, "progress", "")
    return f" Until then, {progress}." if progress and isinstance(progress, str) else ""


def _hint(observation: Observation) -> str:
    match observation.verdict:
        case Verdict.CPU_BUDGET:
            return "Look for a loop that does not end, for more epochs than needed, or for work repeated on each fetch."
        case Verdict.WALL_CLOCK:
            return "Look for something that waits: sleep(), input(), a lock, or a loop that does not end."
        case Verdict.MEMORY:
            return "Use smaller batches, and keep the data as uint8 until it is fetched."
        case Verdict.DISK_SPACE:
            return "Write no copies of the data, and keep one checkpoint at most."
        case Verdict.OUTPUT:
            return "Look for print() inside a loop over batches or images."
        case Verdict.CRASHED:
            return "Run the same call at home; without a traceback, a crash comes from native code or exit calls."
        case Verdict.TAMPERED:
            return "Write to no file descriptor that your code did not open."
        case Verdict.HARNESS_FAULT:
            return "This is the grader's fault, not yours; the staff will look at it."
    return _hint_on_error(observation)


def _hint_on_error(observation: Observation) -> str:
    error = observation.error
    if error is None:
        return ""
    match error.kind:
        case "MissingName":
            return "Check the spelling, and that it is defined at the top level of the file."
        case "UnexpectedResult":
            return "Look at the end of the function: does every way through it return what the hand-out says?"
        case "NotImplementedError":
            return f"Replace `raise NotImplementedError` by your solution{_in_template(error.message)}."
        case "ModuleNotFoundError":
            return (
                "The grader has torch, torchvision, numpy, pandas, matplotlib, scikit-learn, tqdm and Python's "
                "standard library. Do without the module, or upload it beside your solution if it is your own."
            )
        case "SystemExit":
            return 'Remove the call, or put it under `if __name__ == "__main__":`.'
        case "SyntaxError" | "IndentationError" | "TabError":
            return "Python cannot read the file: mend the line shown, and run `python submitted.py` before you upload."
        case "TypeError" if "argument" in error.message:
            return "Compare the function's parameters with the interface in the hand-out."
        case "AssertionError" | "RuntimeError" if "CUDA" in error.message or "NVIDIA" in error.message:
            return 'There is no GPU here: device = "cuda" if torch.cuda.is_available() else "cpu".'
        case "RuntimeError" if "file </torch_" in error.traceback:  # the end of a message that may have been cut
            return (
                "Workers hand batches over in shared memory, of which there is little: use smaller ones, or no workers."
            )
        case "OSError" if "No space left on device" in error.message:
            return "Write less, and remove what you no longer need; if you write little, tell the staff."
        case "FileNotFoundError":
            return "Open files by the names in the hand-out, relative to the working directory."
        case "PermissionError" | "URLError" | "gaierror" | "ConnectionError":  # of urllib, socket, requests
            return "The grader allows no network, and no files outside the working directory."
    return _hint_on_message(error.message)


def _in_template(message: str) -> str:
    """Return what a hole of the template says of itself, such as "Write train"."""
    return f" ({message})" if message else ""


def _hint_on_message(message: str) -> str:
    """Return what to do about an exception whose message is known, or how to find out."""
    if "NoneType" in message:
        return "A value there is None: an argument that was left out, or what a function without `return` gives."
    if "does not require grad" in message:
        return (
            "Nothing that the loss depends on can learn: was the head frozen too, or does forward run under "
            "torch.no_grad()? Print the names of all parameters whose requires_grad is True."
        )
    if "empty parameter list" in message:
        return "The optimizer was given no parameters: hand it those whose requires_grad is True, and look why none is."
    if "shapes cannot be multiplied" in message or "size mismatch" in message:
        return "Print the shape of what goes into that layer, and compare it with what the layer was made for."
    return "Make the same call at home, and print the values in the line that failed."


def problem_of(observation: Observation, entry: str) -> str:
    """Return the text that stands on top of a result when the submission cannot be imported."""
    parts = explanation_of(observation)
    head = f"`{entry}.py` could not be imported, so no test could run."
    return "\n\n".join(part for part in (f"{head} {parts.seen}", parts.detail, parts.hint) if part)
