"""Timings, as tables and ratios measured in one run. Never part of the test suite."""
