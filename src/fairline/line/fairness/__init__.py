"""Proof that shouting buys nothing: turns as they are taken, and a report of who waits how long.

`turns.py` writes down each turn; `facts.py` gathers a period; the pure modules compare; `making.py`
makes and keeps the report. `words.py` never claims more than the numbers show.
"""
