"""The door for granian and any other WSGI server."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "assay.config.settings")

application = get_wsgi_application()

from assay.web.warming import warm  # noqa: E402 - Django has to be ready first

warm()
