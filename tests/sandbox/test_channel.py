"""The channel takes what the harness's own code in the child writes, once, and nothing else."""

import numpy as np
import pytest

from autograder.model.verdict import Verdict
from autograder.sandbox.child_session import MAX_RESULT_BYTES, MOST_REQUESTS
from tests.sandbox.bench import Bench

# A hostile submission can write to the descriptor, and find the harness's objects in memory.
HOSTILE = """
import gc, os
from autograder.wire.frames import encode
CHANNEL = 3
def nonce():
    return next(o._nonce for o in gc.get_objects() if type(o).__name__ == "Channel")
"""


@pytest.mark.parametrize(
    ("attack", "reason"),
    [
        ('os.write(CHANNEL, b"garbage" * 20)', "a frame that the harness did not write"),
        ('os.write(CHANNEL, encode({"returned": 100}))', "a frame that the harness did not write"),
        ('os.write(CHANNEL, encode({"returned": 100}, bytes(15) + b"x"))', "a frame that the harness did not write"),
        ('os.write(CHANNEL, b"AGF1" + nonce() + b"\\xff" * 12)', "is over the limit"),
        (
            'os.write(CHANNEL, b"AGF1" + nonce() + (9).to_bytes(4, "big") + bytes(8) + b"not JSON!")',
            "a malformed frame",
        ),
        ('os.write(CHANNEL, encode({"score": 100}, nonce()))', "a message that does not belong here"),
        ('os.write(CHANNEL, encode({"confined": True}, nonce()))', "a message that does not belong here"),
        ('os.write(CHANNEL, encode({"returned": 1, "raised": 2}, nonce()))', "a message that does not belong here"),
        ('os.write(CHANNEL, encode({"raised": {"kind": "X"}}, nonce()))', "a value that the probe does not return"),
        ('os.write(CHANNEL, encode({"request": "labels"}, nonce()))', "a message that does not belong here"),
    ],
)
def test_forged_frame_is_tampering(bench: Bench, attack: str, reason: str) -> None:
    """Bytes that the harness's own code would not have written end in a verdict of their own."""
    seen = bench.run(HOSTILE + f"def answer():\n    {attack}\n    return 1\n")

    assert seen.verdict is Verdict.TAMPERED
    assert seen.reason.startswith("The submission interfered with the grader's channel: ")
    assert reason in seen.reason
    assert seen.value is None


def test_second_result_is_tampering(bench: Bench) -> None:
    """A result that is slipped in before the true one counts as little as the true one then does."""
    seen = bench.run(
        HOSTILE + 'def answer():\n    os.write(CHANNEL, encode({"returned": 100}, nonce()))\n    return 1\n'
    )

    assert (seen.verdict, seen.value) == (Verdict.TAMPERED, None)


def test_result_of_a_fork_is_tampering(bench: Bench) -> None:
    """A process that the submission leaves behind cannot add a second answer."""
    seen = bench.run(
        HOSTILE
        + """
def answer():
    if os.fork() == 0:
        os.write(CHANNEL, encode({"returned": 2}, nonce()))
        os._exit(0)
    os.wait()
    return 1
"""
    )

    assert seen.verdict is Verdict.TAMPERED


def test_endless_garbage_is_cut_off(bench: Bench) -> None:
    """A submission that goes on writing to the channel gets an error instead of the grader's attention."""
    seen = bench.run(HOSTILE + 'def answer():\n    while True:\n        os.write(CHANNEL, b"x" * 65536)\n', cpu_s=5)

    assert seen.verdict is Verdict.TAMPERED


def test_half_a_frame_is_no_answer(bench: Bench) -> None:
    """A frame that begins and does not end is not waited for."""
    seen = bench.run(HOSTILE + 'def answer():\n    os.write(CHANNEL, b"AGF1" + nonce()[:3])\n    os._exit(0)\n')

    assert (seen.verdict, seen.value) == (Verdict.CRASHED, None)


def test_closed_channel_is_a_crash(bench: Bench) -> None:
    """Whoever closes the channel has no answer to give."""
    seen = bench.run("import os\ndef answer():\n    os.close(3)\n    return 1\n")

    assert (seen.verdict, seen.value) == (Verdict.CRASHED, None)


def test_result_of_the_largest_size_returns(bench: Bench) -> None:
    """An array just below the cap comes through whole."""
    count = MAX_RESULT_BYTES // 4
    seen = bench.run(f"import numpy as np\ndef answer():\n    return np.arange({count}, dtype=np.int32)\n")

    assert seen.verdict is Verdict.RETURNED
    np.testing.assert_array_equal(seen.value[[0, -1]], [0, count - 1])


def test_result_over_the_cap_is_refused(bench: Bench) -> None:
    """An array over the cap is refused by its announced length, before it is read."""
    count = MAX_RESULT_BYTES // 4 + 1
    seen = bench.run(f"import numpy as np\ndef answer():\n    return np.zeros({count}, np.int32)\n")

    assert seen.verdict is Verdict.TAMPERED
    assert f"{MAX_RESULT_BYTES + 4} bytes is over the limit" in seen.reason


RECEIVE = """
def call(submitted):
    before = submitted.get("answer")()
    received = [submitted.receive("images")]
    return [before, received[0], submitted.get("answer")()]
"""


def test_deferred_input_arrives_only_when_asked_for(bench: Bench) -> None:
    """An input that must not be known during training is made, and enters, when the probe asks."""
    asked: list[str] = []

    def images() -> np.ndarray:
        asked.append("images")
        return np.full((700, 3072), 7, np.uint8)  # larger than any buffer of a socket

    look = "import gc, numpy\ndef answer():\n    return sum(type(o) is numpy.ndarray and o.size == 700 * 3072 "
    source = look + "for o in gc.get_referents(*gc.get_objects()))\n"
    seen = bench.run(source, probe=RECEIVE, deferred={"images": images})
    never = bench.run(source, deferred={"images": images})

    assert seen.verdict is Verdict.RETURNED
    before, received, after = seen.value
    assert (before, after > 0) == (0, True)
    np.testing.assert_array_equal(received, np.full((700, 3072), 7, np.uint8))
    assert never.value == 0
    assert asked == ["images"]


def test_unknown_deferred_input_is_tampering(bench: Bench) -> None:
    """Only the inputs that a test offers can be asked for."""
    seen = bench.run(
        "def answer():\n    return 1\n", probe=RECEIVE.replace("images", "labels"), deferred={"images": list}
    )

    assert seen.verdict is Verdict.TAMPERED


def test_failing_deferred_input_is_not_the_students_fault(bench: Bench) -> None:
    """An exception in the grader's own code comes up to the test, and the next probe works."""
    with pytest.raises(ZeroDivisionError):
        bench.run("def answer():\n    return 1\n", probe=RECEIVE, deferred={"images": lambda: 1 // 0})

    assert bench.run("def answer():\n    return 1\n").value == 1


def test_numbers_that_lie_are_plain_outside(bench: Bench) -> None:
    """Subclasses that equal everything, and dicts that pretend, leave the sandbox as what they hold."""
    seen = bench.run("""
        import numpy as np
        class Equal(float):
            __eq__ = lambda self, other: True
            __hash__ = float.__hash__
        class Text(str):
            __eq__ = lambda self, other: True
            __hash__ = str.__hash__
        class Array(np.ndarray):
            __array_priority__ = 1000
            __eq__ = lambda self, other: np.True_
        def answer():
            return [Equal(1.0), Text("a"), np.zeros(2).view(Array)]
    """)

    assert seen.verdict is Verdict.RETURNED
    assert [type(part) for part in seen.value] == [float, str, np.ndarray]
    assert seen.value[0] != 2.0


def test_nothing_of_hidden_inputs_is_told_in_words(bench: Bench) -> None:
    """From the moment at which hidden inputs are in reach, no message, output or source line comes out."""
    source = """
        import os, sys
        def answer():
            if answer.called:
                os.write(1, b"hidden 7")
                raise ValueError("hidden 7")
            answer.called = True
            os.write(1, b"before")
        answer.called = False
        """
    seen = bench.run(source, probe=RECEIVE, deferred={"images": lambda: 7})

    assert seen.verdict is Verdict.RAISED
    assert seen.error
    assert (seen.error.kind, seen.error.traceback) == ("ValueError", "")
    assert seen.printed == "before"
    assert "7" not in repr(seen.error) + seen.reason


def test_later_output_of_the_reference_is_kept_on_demand(bench: Bench) -> None:
    """It says which of its statements run; the traceback stays withheld even so."""
    source = """
        import os
        def answer():
            os.write(1, b"~7;")
            if answer.called:
                raise ValueError("hidden 7")
            answer.called = True
        answer.called = False
        """
    seen = bench.run(source, probe=RECEIVE, deferred={"images": lambda: 7}, keeps_output=True)

    assert seen.printed == "~7;~7;"
    assert "hidden 7" not in repr(seen.error)


def test_name_of_an_exception_tells_nothing_of_hidden_inputs(bench: Bench) -> None:
    """The author chooses the name of a class, and of a file in a forged traceback."""
    raised = {"kind": "Picture7", "message": "7", "traceback": 'File "picture_7.py", line 7', "importing": False}
    source = (
        HOSTILE
        + f"""
def answer():
    if answer.called:
        os.write(CHANNEL, encode({{"raised": {raised}}}, nonce()))
        os._exit(0)
    answer.called = True
answer.called = False
"""
    )
    seen = bench.run(source, probe=RECEIVE, deferred={"images": lambda: 1})

    assert seen.error
    assert (seen.error.kind, seen.error.traceback) == ("Exception", "")
    assert "7" not in seen.reason


def test_deferred_input_is_not_made_without_end(bench: Bench) -> None:
    """Each request costs the grader time to make the input, and no budget covers that time."""
    made: list[str] = []
    seen = bench.run(
        "def answer(): pass\n",
        probe="def call(submitted):\n    while True: submitted.receive('images')\n",
        deferred={"images": lambda: made.append("images")},
    )

    assert seen.verdict is Verdict.TAMPERED
    assert len(made) == MOST_REQUESTS
