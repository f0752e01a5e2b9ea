"""Reads the uploaded answers. Runs in the sandbox, although it uses none of the student's code."""

from autograder.probes.artefacts import read_json


def answers(submitted):
    """Return what `answers.json` holds, as it is."""
    return {"answers": read_json("answers.json", most_mib=0.1)}
