"""The region's page of policy values, and the limited-access desk."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from assay.access.accounts.queries import units_of
from assay.access.accounts.roles import Role
from assay.assurance.oversight import queries
from assay.assurance.oversight.actions import adopt_window, note_consultation, withdraw_adoption
from assay.records.cases.alerts import limits_without_manager
from assay.records.store import Reader
from assay.web.oversight.presenters import policy
from assay.web.oversight.reading import user_of, with_reader
from assay.web.rendering import render


@with_reader
def policy_values(request: HttpRequest, reader: Reader) -> HttpResponse:
    """Each window with its source; the region's lead adopts a starting value or takes it back."""
    user = user_of(request)
    regions = policy.regions(reader, units=units_of(user, Role.REGION))
    region = request.POST.get("region") or request.GET.get("region") or next(iter(regions), "")
    if request.method == "POST":
        act = withdraw_adoption if request.POST.get("deed") == "withdraw" else adopt_window
        act(reader, by=user, region=region, window=request.POST.get("window", ""))
        messages.success(request, _("Saved. It takes effect with the next page anybody opens."))
        return HttpResponseRedirect(reverse("policy-values"))
    values = queries.policy_values(reader, user=user, region=region) if region in regions else ()
    context = {
        "region": region,
        "region_name": regions.get(region, region),
        "starting": policy.lines(each for each in values if each.needs_adopting),
        "sourced": policy.lines(each for each in values if not each.needs_adopting),
    }
    return render(request, "oversight/policy_values.jinja", context)


@with_reader
def limited_access(request: HttpRequest, reader: Reader) -> HttpResponse:
    """Limited cases that no manager of their team may see. Nothing of what is in them."""
    user = user_of(request)
    rows = limits_without_manager(reader, user=user)
    note_consultation([each.crn for each in rows], by=user, what="limited cases without a manager")
    return render(request, "oversight/limited_access.jinja", {"rows": rows})
