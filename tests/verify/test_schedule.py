"""Scheduling: the reference comes first, and each process stays with its open sandbox."""

from autograder.verify.schedule import Schedule, Step


def test_process_stays_with_its_batch() -> None:
    """Opening a sandbox takes seconds, so a process does not switch while its batch has tasks."""
    schedule = Schedule([2, 3])
    first = schedule.next_for(None)
    schedule.first_is_done(1, usable=True)

    assert first == Step(1, 0), "the longest batch comes first"
    assert [schedule.next_for(1), schedule.next_for(1)] == [Step(1, 1), Step(1, 2)]
    assert schedule.next_for(1) == Step(0, 0)


def test_second_process_takes_another_batch_while_there_is_one() -> None:
    """Two processes observe two references at once."""
    schedule = Schedule([3, 2])

    assert (schedule.next_for(None), schedule.next_for(None)) == (Step(0, 0), Step(1, 0))


def test_others_wait_for_the_reference_and_the_sandbox_is_opened_meanwhile() -> None:
    """A case that is compared with the reference must find its observations."""
    schedule = Schedule([3])

    assert schedule.next_for(None) == Step(0, 0)
    assert schedule.next_for(None) == Step(0, None)
    assert schedule.next_for(0) is None, "its sandbox is open already"
    schedule.first_is_done(0, usable=True)
    assert [schedule.next_for(0), schedule.next_for(0), schedule.next_for(0)] == [Step(0, 1), Step(0, 2), None]


def test_idle_process_helps_with_the_longest_batch() -> None:
    """Nobody waits at the end while another process has a heap of work."""
    schedule = Schedule([2, 9, 4])
    assert [schedule.next_for(None) for _ in range(3)] == [Step(1, 0), Step(2, 0), Step(0, 0)]
    for batch in range(3):
        schedule.first_is_done(batch, usable=True)
    assert schedule.next_for(0) == Step(0, 1)

    assert schedule.next_for(0) == Step(1, 1)


def test_nothing_is_compared_with_a_reference_that_loses_points() -> None:
    """The other tasks of its batch are dropped, and no sandbox opens for them."""
    schedule = Schedule([3, 1])
    assert schedule.next_for(None) == Step(0, 0)
    schedule.first_is_done(0, usable=False)

    assert schedule.next_for(0) == Step(1, 0)
    assert schedule.next_for(0) is None


def test_empty_schedule_has_no_steps() -> None:
    """Without batches, or with empty ones, there is nothing to do."""
    assert Schedule([]).next_for(None) is None
    assert Schedule([0, 0]).next_for(None) is None
