"""Which task is begun next: the reference first, and each process keeps to the sandbox that it has open."""

from autograder.verify.schedule import Agenda, Step


def test_process_keeps_to_its_batch() -> None:
    """Opening a sandbox takes seconds, so nobody changes sides while there is something to do."""
    agenda = Agenda([2, 3])
    first = agenda.next_for(None)
    agenda.first_is_done(1, usable=True)

    assert first == Step(1, 0), "the longest batch comes first"
    assert [agenda.next_for(1), agenda.next_for(1)] == [Step(1, 1), Step(1, 2)]
    assert agenda.next_for(1) == Step(0, 0)


def test_second_process_takes_another_batch_while_there_is_one() -> None:
    """Two references are observed at once."""
    agenda = Agenda([3, 2])

    assert (agenda.next_for(None), agenda.next_for(None)) == (Step(0, 0), Step(1, 0))


def test_others_wait_for_the_reference_and_the_sandbox_is_opened_meanwhile() -> None:
    """What is compared with the reference must find its observations."""
    agenda = Agenda([3])

    assert agenda.next_for(None) == Step(0, 0)
    assert agenda.next_for(None) == Step(0, None)
    assert agenda.next_for(0) is None, "its sandbox is open already"
    agenda.first_is_done(0, usable=True)
    assert [agenda.next_for(0), agenda.next_for(0), agenda.next_for(0)] == [Step(0, 1), Step(0, 2), None]


def test_idle_process_helps_with_the_longest_batch() -> None:
    """Nobody waits at the end while the other one has a heap of work."""
    agenda = Agenda([2, 9, 4])
    assert [agenda.next_for(None) for _ in range(3)] == [Step(1, 0), Step(2, 0), Step(0, 0)]
    for batch in range(3):
        agenda.first_is_done(batch, usable=True)
    assert agenda.next_for(0) == Step(0, 1)

    assert agenda.next_for(0) == Step(1, 1)


def test_nothing_is_compared_with_a_reference_that_loses_points() -> None:
    """The others of its batch are left out, and no sandbox is opened for them."""
    agenda = Agenda([3, 1])
    assert agenda.next_for(None) == Step(0, 0)
    agenda.first_is_done(0, usable=False)

    assert agenda.next_for(0) == Step(1, 0)
    assert agenda.next_for(0) is None


def test_empty_agenda_has_no_steps() -> None:
    """No batches, or batches without tasks: nothing to do."""
    assert Agenda([]).next_for(None) is None
    assert Agenda([0, 0]).next_for(None) is None
