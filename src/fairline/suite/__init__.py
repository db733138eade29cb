"""The promises of a channel, as tests that any channel package runs: subclass `Promises`.

`bench.py` is what a package provides: its channel, and a made-up provider that behaves as the real
one does. See docs/guides/write-a-channel.md.
"""
