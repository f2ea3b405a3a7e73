"""What a browser may load on our pages: only what we serve, and scripts that carry the page's nonce.

The only place that knows django-csp; Django 6 has the same built in, and the move will be here alone.
"""

from __future__ import annotations

from typing import Any

from csp.constants import NONCE, NONE, SELF
from django.http import HttpRequest

POLICY: dict[str, Any] = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
        "manifest-src": [SELF],
    }
}


def nonce(request: HttpRequest) -> str:
    """The page's nonce, the same each time it is asked for; empty where the middleware did not run."""
    return str(getattr(request, "csp_nonce", ""))
