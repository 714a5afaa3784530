"""Pages that open without a connection: a service worker of ours keeps them on the device (docs/screens.md).

A page says with `works_offline(response)` that it may be kept; it then goes on from what its outbox holds. What is kept
is wiped as soon as the device shows the page to sign in.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_safe

HEADER = "X-Works-Offline"


def works_offline(response: HttpResponse) -> HttpResponse:
    """The same answer, marked as a page that the device keeps."""
    response[HEADER] = "yes"
    return response


@require_safe
def offline_worker(request: HttpRequest) -> HttpResponse:
    """The service worker. It stands at the root of the application, because its place is its reach."""
    response = render(request, "offline/worker.js", {"header": HEADER}, content_type="text/javascript")
    add_never_cache_headers(response)
    return response


@require_safe
def offline_page(request: HttpRequest) -> HttpResponse:
    """What a device without a connection shows in place of a page that it did not keep."""
    return render(request, "offline/page.html")
