"""Promises: business hours, targets, due times, the order key of the line, the expected wait.

All pure: no clock, no database, no network. Cases and the line call it; it calls nobody.
"""
