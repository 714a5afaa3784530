"""A plain model of what cards are worth: integers of hundredths of a yuan, no database, no code of the application."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field


def half_up(value: int, parts: int) -> int:
    return (2 * value + parts) // (2 * parts)


@dataclass
class Card:
    """due: the month the next run takes it for; None: never."""

    cost: int
    life: int
    due: int | None
    accumulated: int = 0
    charged: int = 0
    monthly: int = 0
    alive: bool = True

    @property
    def net(self) -> int:
        return self.cost - self.accumulated

    @property
    def left(self) -> int:
        return max(self.life - self.charged, 0)

    def plan(self) -> None:
        """Spread what is left over the months that are left."""
        self.monthly = half_up(self.net, max(self.left, 1)) if self.net > 0 else 0

    def change(self, cost: int, accumulated: int, month: int) -> None:
        """The value changes in a month; where nothing was left, the months before it are not made up for."""
        if self.net == 0 and self.due is not None:
            self.due = max(self.due, month)
        self.cost += cost
        self.accumulated += accumulated
        self.plan()

    def charge(self, month: int) -> int:
        """What the run of a month takes; 0 when it does not take the card."""
        if not self.alive or self.due is None or self.due > month or self.net <= 0:
            return 0
        months = month - self.due + 1
        taken, counted = (self.net, max(self.left, 1)) if months >= self.left else (self.monthly * months, months)
        taken = min(taken, self.net)
        self.accumulated += taken
        self.charged += counted
        self.due = month + 1
        return taken


@dataclass
class ValueModel:
    """cards by the key of their card; runs: months that were run, the newest last."""

    month: int
    cards: dict[int, Card] = field(default_factory=dict)
    runs: list[int] = field(default_factory=list)
    past: list[dict[int, Card]] = field(default_factory=list)

    def remember(self) -> None:
        """Keep how the cards stand, for the reversal of what comes now."""
        self.past.append(copy.deepcopy(self.cards))

    def add(self, key: int, cost: int, life: int) -> None:
        card = Card(cost, life, self.month)
        card.plan()
        self.cards[key] = card

    def waits_for_run(self, key: int) -> bool:
        """Whether a change of this month has to wait for runs that are missing."""
        card = self.cards[key]
        return bool(self.runs) and card.due is not None and card.net > 0 and card.due < self.month

    def next_run(self) -> int:
        return self.runs[-1] + 1 if self.runs else self.month - 1

    def run(self) -> int:
        """Run the month that comes next; returns what it charges."""
        month = self.next_run()
        self.runs.append(month)
        return sum(card.charge(month) for card in self.cards.values())

    def total(self) -> tuple[int, int]:
        """Cost and accumulated depreciation of everything."""
        return sum(card.cost for card in self.cards.values()), sum(card.accumulated for card in self.cards.values())
