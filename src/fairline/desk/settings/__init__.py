"""Settings pages of the desk: inboxes, people, brands, replies, deliveries. Mounted by `desk`."""

from typing import Any

ROUTES: list[Any] = []
