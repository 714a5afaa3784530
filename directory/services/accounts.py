"""Passwords of other people: one-time links, never a password that two people know."""

from typing import Any

from django.contrib.auth.tokens import default_token_generator
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext as _

from core.errors import DomainError, NotAllowed
from directory.models import User


def one_time_path(user: User) -> str:
    """The path of a link by which this person sets a password; it ends with its use, a sign-in, or its time."""
    key = urlsafe_base64_encode(force_bytes(user.pk))
    return reverse("password_set", args=(key, default_token_generator.make_token(user)))


def require_link_right(user: User, actor: Any) -> None:
    """Raise NotAllowed unless the actor may make a one-time link for this person.

    Whoever can set a password can act as that person. The accounts that grant roles are therefore out of reach of all
    but their like (R-SYS-14); the console command password_link remains for rescue.
    """
    visible = User.objects.visible_to(actor).filter(pk=user.pk).exists()
    if not actor.has_perm("directory.change_user") or not visible:
        raise NotAllowed(_("You may not set the passwords of other people."))
    if actor.pk == user.pk:
        raise NotAllowed(_("Change your own password on your own page."))
    guarded = user.is_superuser or user.has_perm("directory.grant_role")
    if guarded and not actor.has_perm("directory.grant_role"):
        raise NotAllowed(_("The password of a rights administrator is set by another one, or on the console."))
    if user.is_superuser and not actor.is_superuser:
        raise NotAllowed(_("This account is not managed here."))
    if not user.is_active or user.has_left:
        raise DomainError(_("%(person)s is no longer active.") % {"person": user})
