"""Budgets in plain Python, to compare the real ones with: whole cents, no database, no code of the product."""

from __future__ import annotations

from dataclasses import dataclass, field


class Refused(Exception):
    """The house does not do this (R-PRC-02)."""


@dataclass
class Held:
    """What one request holds of one allotment, in cents."""

    allotment: int
    reserved: int
    used: int = 0


@dataclass
class BudgetModel:
    """Allotments by place with what was granted, and what requests hold of them."""

    granted: list[int] = field(default_factory=lambda: [0, 0])
    held: dict[int, Held] = field(default_factory=dict)

    def reserved(self, place: int) -> int:
        return sum(held.reserved for held in self.held.values() if held.allotment == place)

    def used(self, place: int) -> int:
        return sum(held.used for held in self.held.values() if held.allotment == place)

    def left(self, place: int) -> int:
        return self.granted[place] - self.reserved(place) - self.used(place)

    def change(self, amounts: dict[int, int]) -> None:
        """Grant or take away cents by place, all or nothing."""
        if any(amount < 0 and -amount > self.left(place) for place, amount in amounts.items()):
            raise Refused
        for place, amount in amounts.items():
            self.granted[place] += amount

    def reserve(self, request: int, place: int, amount: int) -> None:
        if amount > self.left(place):
            raise Refused
        self.held[request] = Held(place, amount)

    def hold(self, request: int, reserved: int) -> None:
        """An order is cheaper than the estimate, or is taken back."""
        held = self.held[request]
        if reserved - held.reserved > self.left(held.allotment):
            raise Refused
        held.reserved = reserved

    def drop(self, request: int) -> None:
        del self.held[request]

    def pay(self, request: int, amount: int) -> None:
        held = self.held[request]
        held.reserved, held.used = held.reserved - amount, held.used + amount
