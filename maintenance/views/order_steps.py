"""What is asked when somebody takes a step of an order, and which service takes it.

Every step of maintenance/services/progress.py that a person takes on a screen is registered once:

    register_step(StepScreen("decline", doing_decline, needs_reason=True))

A step without a form and without a reason is one button; one that needs a reason or a form opens a small form, which is
also a page of its own. The page of an order, the board and a phone all offer what is registered here.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy

from maintenance.models import WorkOrder
from maintenance.services.progress import REPORTER, STEPS, WORKER, Step, may_take, works_on

Carried = Callable[..., Any]
"""A function (order, *, actor, data, request_key), which takes the step or raises DomainError; returns a sentence, Done
or nothing."""
Offered = Callable[[WorkOrder, Any], bool]


@dataclass(frozen=True)
class Done:
    """A step that leads on to another page. words: the sentence shown there."""

    words: str
    url: str


@dataclass(frozen=True)
class StepScreen:
    """How one step is taken on a screen.

    name: of the step in STEPS. form: a form that takes `order` and `actor` besides data. reason: a reason is asked
    ("needed", "optional" or ""). offered: a further condition, and the only one of steps of reporters. label: other
    words than those of the step. url: name of a page (with the key of the order) that is opened instead of a form.
    key: set it where one step has two screens. sources: fewer states than the step has. quick: whether dragging a card
    takes the step without its form, with nothing typed.
    """

    name: str
    carry_out: Carried | None = None
    form: type[forms.Form] | None = None
    reason: str = ""
    offered: Offered | None = None
    label: Any = ""
    url: str = ""
    key: str = ""
    danger: bool = False
    position: int = 50
    sources: tuple[str, ...] = field(default=())
    quick: Callable[[WorkOrder], bool] | None = None

    @property
    def slug(self) -> str:
        return self.key or self.name

    @property
    def step(self) -> Step:
        return STEPS[self.name]

    @property
    def words(self) -> Any:
        return self.label or self.step.label

    @property
    def asks(self) -> bool:
        """Whether something has to be typed or chosen first."""
        return bool(self.form or self.reason)

    def fits(self, order: WorkOrder) -> bool:
        """Whether the state of the order has this step."""
        return order.state in (self.sources or self.step.sources)

    def address(self, order: WorkOrder) -> str:
        if self.url:
            return reverse(self.url, args=(order.pk,))
        return reverse("workorder_step", args=(order.pk, self.slug))


class ReasonForm(forms.Form):
    """Why; demanded where the step demands it."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}), required=False
    )

    def __init__(self, *args: Any, order: WorkOrder, actor: Any, needed: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = needed


_screens: dict[str, StepScreen] = {}


def register_step(screen: StepScreen) -> None:
    """Offer a step on the screens; raises KeyError for a step that progress.py does not know."""
    STEPS[screen.name]
    _screens[screen.slug] = screen


def screen_of(slug: str) -> StepScreen | None:
    return _screens.get(slug)


def form_of(screen: StepScreen, order: WorkOrder, actor: Any, *args: Any) -> forms.Form:
    """The form of a step, bound or not; empty for a step that asks nothing."""
    if screen.form:
        return screen.form(*args, order=order, actor=actor)  # type: ignore[call-arg]
    if screen.reason:
        return ReasonForm(*args, order=order, actor=actor, needed=screen.reason == "needed")
    return forms.Form(*args)


def may_open(screen: StepScreen, order: WorkOrder, user: Any) -> bool:
    """Whether this person may take the step now, as far as can be told before he has typed anything."""
    if not screen.fits(order):
        return False
    if screen.step.by != REPORTER and not may_take(order, screen.step, user):
        return False
    if screen.step.by == REPORTER and screen.offered is None:
        return False
    return screen.offered is None or screen.offered(order, user)


def offered_steps(order: WorkOrder, user: Any) -> list[StepScreen]:
    """The steps that this person is offered on this order, in the order of a repair."""
    found = [screen for screen in _screens.values() if may_open(screen, order, user)]
    # Who dispatches may take the steps of a worker for him; they stand behind his own.
    for_others = any(screen.step.by == WORKER for screen in found) and not works_on(order, user)
    return sorted(found, key=lambda screen: (for_others and screen.step.by == WORKER, screen.position))


def carry_out(screen: StepScreen, order: WorkOrder, *, actor: Any, data: dict[str, Any], key: uuid.UUID | None) -> Any:
    """Take the step with what was typed. Raises DomainError."""
    if screen.carry_out is None:
        raise ValueError(f"{screen.slug} has a page of its own")
    return screen.carry_out(order, actor=actor, data=data, request_key=key)
