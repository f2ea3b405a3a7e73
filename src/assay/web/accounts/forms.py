"""allauth's forms in our words. What they check is allauth's."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as account_forms
from allauth.mfa.base import forms as mfa_forms
from allauth.mfa.totp import forms as totp_forms
from allauth.mfa.webauthn import forms as webauthn_forms
from django import forms
from django.utils.translation import gettext_lazy as _

CODE_HINT = _("The 6 digits your authenticator app shows now, or one of your recovery codes")


def _word(field: forms.Field, label: Any, *, required: Any, hint: Any = "") -> None:
    field.label, field.help_text = label, hint
    field.error_messages["required"] = required


class SignInForm(account_forms.LoginForm):  # type: ignore[misc] # allauth has no types
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word(self.fields["login"], _("User name"), required=_("Enter your user name"))
        _word(self.fields["password"], _("Password"), required=_("Enter your password"))


class ChangePasswordForm(account_forms.ChangePasswordForm):  # type: ignore[misc] # allauth has no types
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hint = _("At least 12 characters. Three words that do not belong together are easy to remember.")
        _word(self.fields["oldpassword"], _("Password now"), required=_("Enter the password you have now"))
        _word(self.fields["password1"], _("New password"), required=_("Enter a new password"), hint=hint)
        _word(self.fields["password2"], _("New password again"), required=_("Enter the new password again"))


class ConfirmForm(account_forms.ReauthenticateForm):  # type: ignore[misc] # allauth has no types
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word(self.fields["password"], _("Password"), required=_("Enter your password"))


class SecondStepForm(mfa_forms.AuthenticateForm):  # type: ignore[misc] # allauth has no types
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word(self.fields["code"], _("Code"), required=_("Enter a code"), hint=CODE_HINT)


class SecondStepAgainForm(mfa_forms.ReauthenticateForm):  # type: ignore[misc] # allauth has no types
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word(self.fields["code"], _("Code"), required=_("Enter a code"), hint=CODE_HINT)


class AddAppForm(totp_forms.ActivateTOTPForm):  # type: ignore[misc] # allauth has no types
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hint = _("The 6 digits the app shows now")
        _word(self.fields["code"], _("Code"), required=_("Enter the code the app shows"), hint=hint)


class AddKeyForm(webauthn_forms.AddWebAuthnForm):  # type: ignore[misc] # allauth has no types
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hint = _("So that you can tell your keys apart")
        _word(self.fields["name"], _("Name of the key"), required=_("Enter a name"), hint=hint)
