"""Keys are safe and different, whatever students are called."""

import re

from hypothesis import given
from hypothesis import strategies as st

from autograder.exports.keys import RESERVED, Label, keys_of

texts = st.text(max_size=60) | st.sampled_from(
    ["", "con", "NUL", "com1", "Jane Doe", "jane  doe", "jane-doe", "\u202e", "a" * 10_000]
)
labels = st.lists(st.builds(Label, texts, st.sampled_from(["", "1", "12", "9" * 30]), texts), unique=True, max_size=12)


@given(labels)
def test_keys_are_safe_different_and_do_not_depend_on_the_order(labels: list[Label]) -> None:
    """A file of that name can lie on any system, beside all the others."""
    keys = keys_of(labels)
    shuffled = sorted(labels, key=lambda label: label.identity)

    assert all(re.fullmatch("[a-z0-9]+(-[a-z0-9]+|--[0-9a-f]+)*", key) and len(key) <= 128 for key in keys)
    assert len(set(keys)) == len(keys)
    assert not set(keys) & RESERVED
    assert dict(zip(shuffled, keys_of(shuffled), strict=True)) == dict(zip(labels, keys, strict=True))


def test_key_is_what_a_person_would_look_for() -> None:
    """The name in ASCII, then the platform's number."""
    labels = [
        Label("José Núñez", "12", "a"),
        Label("陳大文", "13", "b"),
        Label("O'Brien, Ann", "", "c"),
        Label("con", "", "d"),
    ]

    assert keys_of(labels)[:3] == ["jose-nunez-12", "student-13", "o-brien-ann"]
    assert re.fullmatch("con--[0-9a-f]{12}", keys_of(labels)[3])


def test_others_of_the_class_change_a_key_only_where_it_is_theirs_too() -> None:
    """So that a student who comes later moves nobody's report."""
    alone = keys_of([Label("Jane", "", "Jane"), Label("Bob", "", "Bob")])
    together = keys_of([Label("Jane", "", "Jane"), Label("Bob", "", "Bob"), Label("jane", "", "jane")])

    assert alone == ["jane", "bob"]
    assert together[1] == "bob"
    assert {key[:6] for key in (together[0], together[2])} == {"jane--"}


def test_digest_that_is_somebodys_name_is_no_collision() -> None:
    """A student who knows a digest cannot take the other's place."""
    labels = [Label("Jane", "", "Jane"), Label("jane", "", "jane")]
    forged = keys_of(labels)[0]

    assert len(set(keys_of([*labels, Label(forged, "", forged)]))) == 3
