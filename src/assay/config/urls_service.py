"""Routes of the service side."""

from __future__ import annotations

from assay.config.urls import of_rooms

urlpatterns = of_rooms("accounts", "oversight", "staffing")
handler400 = "assay.web.errors.bad_request"
handler403 = "assay.web.errors.forbidden"
handler404 = "assay.web.errors.not_found"
handler429 = "assay.web.errors.too_many"
handler500 = "assay.web.errors.gone_wrong"
