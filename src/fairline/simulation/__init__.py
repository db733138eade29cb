"""Replays arrivals in memory through the order of the line and through other orders, side by side.

`fairline simulate` and scripts/make_fairness_page.py call it. The due times, the order key and the
expected wait are those of `promises/`, not copies. It never opens a database and reads no clock
but to say how fast it was.
"""
