"""Error pages in the house's clothes."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's key is missing or too old: say so and how to go on."""
    message = _("This page was open too long or cookies are switched off. Go back, reload the page and send it again.")
    return render(request, "403.html", {"message": message}, status=403)
