"""Fairline: customer service on the company's own ground."""

__version__ = "0.1.0"
