"""Every reachable sign-in route, one by one: what is not listed here does not exist.

Left out on purpose: sign-up, password reset and e-mail addresses. People are made by an administrator, who
also sets a forgotten password anew.
"""

from __future__ import annotations

from allauth.account import views as account_views
from allauth.mfa.base import views as mfa_views
from allauth.mfa.recovery_codes import views as recovery_views
from allauth.mfa.totp import views as totp_views
from allauth.mfa.webauthn import views as webauthn_views

from assay.access.accounts.permissions import check_public, check_signed_in
from assay.web.accounts import views
from assay.web.routes import route

urlpatterns = [
    route("home/", views.home, permission=check_public, name="home"),
    route("language/", views.set_language, permission=check_public, name="set-language"),
    route("account/", views.account, permission=check_signed_in, name="account"),
    route("sign-in/", views.SignIn.as_view(), permission=check_public, name="account_login"),
    route("sign-out/", account_views.logout, permission=check_public, name="account_logout"),
    route(
        "sign-in/closed/", account_views.account_inactive, permission=check_public, name="account_inactive"
    ),
    route(
        "account/confirm/",
        account_views.reauthenticate,
        permission=check_signed_in,
        name="account_reauthenticate",
    ),
    route(
        "account/password/",
        account_views.password_change,
        permission=check_signed_in,
        name="account_change_password",
    ),
    # The second step of signing in, before the person counts as signed in; allauth checks the first.
    route("sign-in/second-step/", mfa_views.authenticate, permission=check_public, name="mfa_authenticate"),
    route("account/second-step/", mfa_views.index, permission=check_signed_in, name="mfa_index"),
    route(
        "account/second-step/confirm/",
        mfa_views.reauthenticate,
        permission=check_signed_in,
        name="mfa_reauthenticate",
    ),
    route("account/app/add/", totp_views.activate_totp, permission=check_signed_in, name="mfa_activate_totp"),
    route(
        "account/app/remove/",
        totp_views.deactivate_totp,
        permission=check_signed_in,
        name="mfa_deactivate_totp",
    ),
    route(
        "account/recovery-codes/",
        recovery_views.view_recovery_codes,
        permission=check_signed_in,
        name="mfa_view_recovery_codes",
    ),
    route(
        "account/recovery-codes/new/",
        recovery_views.generate_recovery_codes,
        permission=check_signed_in,
        name="mfa_generate_recovery_codes",
    ),
    route(
        "account/recovery-codes/download/",
        recovery_views.download_recovery_codes,
        permission=check_signed_in,
        name="mfa_download_recovery_codes",
    ),
    route(
        "account/keys/", webauthn_views.list_webauthn, permission=check_signed_in, name="mfa_list_webauthn"
    ),
    route(
        "account/keys/add/", webauthn_views.add_webauthn, permission=check_signed_in, name="mfa_add_webauthn"
    ),
    route(
        "account/keys/confirm/",
        webauthn_views.reauthenticate_webauthn,
        permission=check_signed_in,
        name="mfa_reauthenticate_webauthn",
    ),
    route(
        "account/keys/<int:pk>/remove/",
        webauthn_views.remove_webauthn,
        permission=check_signed_in,
        name="mfa_remove_webauthn",
    ),
    route(
        "account/keys/<int:pk>/name/",
        webauthn_views.edit_webauthn,
        permission=check_signed_in,
        name="mfa_edit_webauthn",
    ),
]
