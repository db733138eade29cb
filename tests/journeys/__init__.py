"""Whole stories over real processes and real mail servers, with failures in the middle."""
