"""Proves that the suites of an assignment judge as they should."""
