"""Signing on the other side's device, and everything of a person handed over at once."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import authenticate
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import View

from assets.forms.custody import EverythingForm
from assets.models import MOVABLE, Asset, CustodyChange
from assets.selectors import held_by
from assets.services import custody_drafts
from core.documents.routes import next_signature
from core.documents.signing import sign
from core.errors import DomainError, NotAllowed
from core.views.documents import VisibleDocumentMixin, done_sentence, posted_key, url_of
from core.views.signed_in import SignedInMixin, SignedInRequest
from directory.models import User

from .custody import other_signer

WRITE = "assets.add_custodychange"


@method_decorator(sensitive_post_parameters("password"), name="dispatch")
class SignHereView(VisibleDocumentMixin, View):
    """The other side confirms with its own employee number and password on this device (POST only).

    The signature and its event are in the name of whoever typed them; the session stays the one of the device. Wrong
    passwords count for the lock like those of the login.
    """

    model = CustodyChange
    related = (*VisibleDocumentMixin.related, "hander", "receiver")
    http_method_names = ["post", "options"]

    def post(self, request: SignedInRequest, pk: int) -> HttpResponse:
        document = self.find(pk)
        if other_signer(document, request.user) is None:
            messages.error(request, _("%(document)s waits for nobody who could sign here.") % {"document": document})
            return redirect(url_of(document))
        try:
            document = self._sign(document)
        except DomainError as error:
            messages.error(request, str(error))
            return redirect(url_of(document))
        messages.success(request, done_sentence(document, "approve"))
        return redirect(url_of(document))

    def _sign(self, document: Any) -> Any:
        """Give the next signature in the name of whoever signed in on the form. Raises DomainError."""
        request = self.request
        person: Any = authenticate(
            request, username=request.POST.get("username", "").strip(), password=request.POST.get("password", "")
        )
        if person is None:
            raise NotAllowed(_("Employee number or password is wrong, or the person has left. Nothing was signed."))
        if person.must_change_password:
            raise NotAllowed(_("%(person)s has to set a password of his own first.") % {"person": person})
        signature = next_signature(document)
        if signature is None:
            raise NotAllowed(_("%(document)s waits for no signature.") % {"document": document})
        comment = _("Signed on the device of %(person)s") % {"person": request.user}
        return sign(signature, actor=person, step="approve", comment=comment, request_key=posted_key(request))


class EverythingOfPerson(SignedInMixin, View):
    """What a person uses or keeps, and the papers by which all of it goes to a colleague (R-AST-11)."""

    def get(self, request: SignedInRequest, pk: int) -> HttpResponse:
        person = self._person(pk)
        return self._page(person, EverythingForm(user=request.user, person=person))

    def post(self, request: SignedInRequest, pk: int) -> HttpResponse:
        person = self._person(pk)
        if not request.user.has_perm(WRITE):
            raise PermissionDenied
        form = EverythingForm(request.POST, user=request.user, person=person)
        if not form.is_valid():
            return self._page(person, form)
        receiver, reason = form.cleaned_data["receiver"], form.cleaned_data["reason"]
        try:
            papers = custody_drafts.draft_everything_of(person, receiver, request.user, reason=reason)
        except DomainError as error:
            messages.error(request, str(error))
            return self._page(person, form)
        messages.success(request, _("%(count)d drafts were made; submit each of them.") % {"count": len(papers)})
        address = url_of(papers[0]) if len(papers) == 1 else f"{reverse('custodychange_list')}?status=draft&mine=on"
        return redirect(address)

    def _person(self, pk: int) -> User:
        """Oneself or somebody one may see; for whoever writes hand-overs, or closes accounts and is told what stands
        in the way."""
        user = self.request.user
        if not (user.has_perm(WRITE) or user.has_perm("directory.change_user")):
            raise PermissionDenied
        found = User.objects.filter(pk=pk) if pk == user.pk else User.objects.visible_to(user).filter(pk=pk)
        person = found.select_related("department").first()
        if person is None:
            raise Http404
        return person

    def _page(self, person: User, form: EverythingForm) -> HttpResponse:
        held = held_by(person)
        seen = Asset.objects.visible_to(self.request.user).filter(pk__in=held.values("pk"))
        rows = list(seen.select_related("department", "user", "custodian", "place").order_by("department_id", "number"))
        free = [row for row in rows if row.state in MOVABLE and not row.claimed_by]
        context = {
            "title": _("Things of %(person)s") % {"person": person},
            "person": person,
            "rows": rows,
            "free": len(free),
            "hidden": held.count() - len(rows),
            "form": form if free and self.request.user.has_perm(WRITE) else None,
        }
        return render(self.request, "assets/custody_person.html", context)
