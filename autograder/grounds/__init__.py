"""Collects what a verdict rests on, so that a person can answer an appeal: questions, answers, and what judged them."""
