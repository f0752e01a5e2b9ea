"""Collects the grounds of a verdict, so that a person can answer an appeal: questions, answers, the judging line."""
