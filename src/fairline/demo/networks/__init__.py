"""Made-up providers that behave as the real ones document: the demo runs them, and so do tests.

Each is a real HTTP server on loopback that checks signatures, limits, windows and pages, and that
pushes signed webhooks. A person can play a customer on any of them at `/demo/customers`.
"""
