"""Meta's four channels: Messenger, Instagram, WhatsApp, and the posts and comments of a page.

One provider, one app, one signature, one Graph API. A kind has its own translation and its own
wire; hooks, signatures, errors and limits are shared.
"""

from fairline.channels.meta.facebook import FacebookChannel
from fairline.channels.meta.instagram import InstagramChannel
from fairline.channels.meta.messenger import MessengerChannel
from fairline.channels.meta.whatsapp import WhatsAppChannel

__all__ = ["FacebookChannel", "InstagramChannel", "MessengerChannel", "WhatsAppChannel"]
