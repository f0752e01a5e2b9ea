"""Loads suites, runs them with unittest, and judges each test."""
