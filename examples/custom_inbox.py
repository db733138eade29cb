"""Connect anything with Fairline: ask in twenty lines, and take the answers in twenty more.

Run it with the address of an inbox of the kind "Your own" and its secret:
    python custom_inbox.py https://help.example.com/hooks/INBOX whsec_... "Where is my parcel?"
Without a question it listens on port 8099 for answers and prints them.
"""

import base64
import hashlib
import hmac
import json
import sys
import time
import urllib.request
import uuid
from http.server import BaseHTTPRequestHandler, HTTPServer


def sign(secret: str, key: str, at: str, body: bytes) -> str:
    raw = base64.b64decode(secret.removeprefix("whsec_"))
    signed = hmac.new(raw, f"{key}.{at}.".encode() + body, hashlib.sha256).digest()
    return "v1," + base64.b64encode(signed).decode()


def ask(url: str, secret: str, text: str) -> None:
    key, at = str(uuid.uuid4()), str(int(time.time()))
    author = {"id": "cleo", "name": "Cleo"}
    body = json.dumps({"id": key, "author": author, "text": text, "public": True}).encode()
    headers = {"webhook-id": key, "webhook-timestamp": at, "content-type": "application/json"}
    headers["webhook-signature"] = sign(secret, key, at, body)
    print(urllib.request.urlopen(urllib.request.Request(url, body, headers)).read().decode())  # noqa: S310


class Answers(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        key, at = self.headers["webhook-id"], self.headers["webhook-timestamp"]
        genuine = hmac.compare_digest(
            self.headers["webhook-signature"], sign(sys.argv[2], key, at, body)
        )
        self.send_response(200 if genuine else 401)
        self.end_headers()
        if genuine:  # a real program also drops a webhook-id that it has seen
            print(json.loads(body))


if __name__ == "__main__":
    if len(sys.argv) > 3:
        ask(*sys.argv[1:4])
    else:
        HTTPServer(("127.0.0.1", 8099), Answers).serve_forever()
