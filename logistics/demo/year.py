"""The days of the demo hospital, one after the other, through the same services that the screens call."""

import datetime as dt
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from core import clock
from core.documents.models import Delegation
from core.documents.services import apply_transition
from inventory.models import Requisition
from inventory.services import replenishment

from .agenda import Agenda, moment
from .asking import Asking
from .buying import Buying
from .demand import BUSY, first_working_day, load, works
from .holding import RUNS_SHOWN, Holding, months_before
from .hospital import Hospital, dice
from .keeping import Keeping
from .paperwork import Desk
from .repairing import A_DAY, Repairing
from .storing import Storing

Progress = Callable[[int, int, int], None]
"""Called after every day with its number, the number of days and the documents made so far."""


class Year:
    """A run of days. The same hospital, days and seed give the same ledger."""

    def __init__(self, house: Hospital, *, last_day: dt.date, days: int, seed: int) -> None:
        self.house, self.last_day, self.days = house, last_day, days
        self.first_day = last_day - dt.timedelta(days=days - 1)
        self.dice = dice(seed)
        self.agenda = Agenda()
        self.desk = Desk(house, self.dice, self.agenda)
        self.keeping = Keeping(self.desk)
        self.asking = Asking(self.desk, self.keeping)
        self.buying = Buying(self.desk)
        self.storing = Storing(self.desk)
        self.holding = Holding(self.desk)
        self.repairing = Repairing(self.desk, self.keeping, self.buying.purchasing)

    def run(self, progress: Progress) -> Counter[str]:
        """Run all days; returns how often what happened."""
        self.agenda.enter(moment(self.first_day, 7), self._holidays)
        self.agenda.enter(moment(self.first_day, 7.2), self.buying.budgets.open_year)
        self.agenda.enter(moment(self.first_day, 7.5), self.buying.open_stores)
        self.agenda.enter(moment(self.first_day, 8.1), self.buying.budgets.plan, self.buying.purchasing.from_plan)
        self.agenda.enter(moment(self.first_day, 8.2), self.buying.budgets.plan_month, self.buying.purchasing.from_plan)
        self._plan_assets()
        for number in range(1, self.days + 1):
            day = self.first_day + dt.timedelta(days=number - 1)
            self._plan(day)
            if day == self.last_day:
                self.agenda.enter(moment(day, 20), self._leave_work)
                self.agenda.enter(moment(day, 21), replenishment.refresh, self.house.organization)
            self.agenda.run_until(moment(day + dt.timedelta(days=1), 0))
            progress(number, self.days, self.desk.tally["documents"])
        return self.desk.tally

    def _plan_assets(self) -> None:
        """The asset register opens long enough before the last day for its runs, also when the stores open later; the
        months before the stores are closed as they end."""
        opened = min(self.first_day, months_before(self.last_day, RUNS_SHOWN + 1) + dt.timedelta(days=19))
        self.agenda.enter(moment(opened, 7.8), self.holding.open_register)
        day = opened
        while day <= self.last_day:
            if day.day == 2 and day > months_before(opened, -2):
                self.agenda.enter(moment(day, 9.2), self.holding.depreciate)
            if day.day == 5 and day < self.first_day:
                self.agenda.enter(moment(day, 16), self.storing.close_month)
            if day.day in (8, 19):
                self.agenda.enter(moment(day, 10.7), self.holding.hand_over)
            if day.day == 16 and day.month % 3 == 1:
                self.agenda.enter(moment(day, 15.2), self.holding.dispose)
            if day.day == 26 and day >= self.first_day:
                self.agenda.enter(moment(day, 11.2), self.holding.make_cards)
            day += dt.timedelta(days=1)
        self.agenda.enter(moment(self.last_day - dt.timedelta(days=40), 15.4), self.holding.compensate)
        self.agenda.enter(moment(self.last_day - dt.timedelta(days=25), 14.2), self.holding.count)

    def _plan(self, day: dt.date) -> None:
        """Enter what the day brings: requests of every department, orders, emergencies."""
        for code, row in self.house.rows.items():
            expected = row.weekly / 5 * load(row.profile, day) * BUSY
            while self.dice.random() < expected:
                expected -= 1
                self.agenda.enter(moment(day, self.dice.uniform(8.2, 16.5)), self._ask, code)
        if works(day):
            self._plan_buying(day)
            if self.desk.chance(0.3):
                self.agenda.enter(moment(day, self.dice.uniform(9, 16)), self._emergency)
            self._plan_store(day)
        self._plan_repairs(day)

    def _plan_repairs(self, day: dt.date) -> None:
        """Reports all day, fewer at weekends; tasks twice a week; meters in the morning; what the program does by
        itself."""
        if day == self.first_day:
            self.agenda.enter(moment(day, 7.85), self.repairing.open)
            self.agenda.enter(moment(day, 7.9), self.repairing.roster, day - dt.timedelta(days=day.weekday()))
        elif day.weekday() == 0:
            self.agenda.enter(moment(day, 7.1), self.repairing.roster, day)
        expected = A_DAY * (1.2 if works(day) else 0.5)
        for _turn in range(int(expected + self.dice.random())):
            self.agenda.enter(moment(day, self.dice.triangular(7.95, 19, 9.5)), self.repairing.report)
        if day.weekday() in (1, 3) and works(day):
            self.agenda.enter(moment(day, 8.6), self.repairing.task)
        self.agenda.enter(moment(day, 8.05), self.repairing.upkeep.read_meters)
        for hour in (9.9, 11.9, 15.9):
            self.agenda.enter(moment(day, hour), self.repairing.look_around)
        self.agenda.enter(moment(day, 23), self.repairing.night)

    def _plan_buying(self, day: dt.date) -> None:
        """Each Monday the stores ask for what runs low; small jobs in between, every month a department's plan, once a
        quarter something urgent and some money moved; a new year opens with its budget."""
        purchasing = self.buying.purchasing
        if day.weekday() == 0:
            self.agenda.enter(moment(day, 9), replenishment.refresh, self.house.organization)
            for code in self.house.warehouses:
                self.agenda.enter(moment(day, 9.5), purchasing.replenish, code)
        if day.weekday() == 2 and self.desk.chance(0.5):
            self.agenda.enter(moment(day, 10), purchasing.small_job)
        if day > self.first_day and day == first_working_day(day.year, day.month):
            self.agenda.enter(moment(day, 8.2), self.buying.budgets.plan_month, purchasing.from_plan)
        if day.month % 3 == 2 and day.day == 12:
            self.agenda.enter(moment(day, 8.5), purchasing.urgent)
            self.agenda.enter(moment(day, 15.5), self.buying.budgets.transfer)
        if day.year > self.first_day.year and day == first_working_day(day.year):
            self.agenda.enter(moment(day, 7.2), self.buying.budgets.open_year)

    def _plan_store(self, day: dt.date) -> None:
        """What the stores do by themselves: returns on Mondays, a transfer on Wednesdays, what is faulty back to its
        supplier on Fridays, counts and write-offs once a month, the month close after the third."""
        if day.weekday() == 0:
            self.agenda.enter(moment(day, 10.2), self.storing.bring_back)
        if day.weekday() == 2:
            self.agenda.enter(moment(day, 10.4), self.storing.send)
        if day.weekday() == 4:
            self.agenda.enter(moment(day, 10.6), self.storing.give_back)
        stores = list(self.house.warehouses)
        if day.day in (8, 9, 10, 11, 12) and day.weekday() == 3:
            for code in stores:
                self.agenda.enter(moment(day, 14), self.storing.write_off, code)
        if 22 <= day.day <= 28 and day.weekday() in (0, 1, 2):
            self.agenda.enter(moment(day, 15), self.storing.count, stores[day.weekday() % len(stores)])
        if 4 <= day.day <= 10 and day.weekday() == 4:
            self.agenda.enter(moment(day, 16), self.storing.close_month)

    def _ask(self, code: str) -> None:
        self.asking.ask(code)

    def _emergency(self) -> None:
        self.keeping.emergency()

    def _holidays(self) -> None:
        """Some heads are away for a week and name a substitute; one of them still is when the run ends."""
        heads = self.house.by_role["department_head"]
        start = self.first_day + dt.timedelta(days=3)
        while start <= self.last_day:
            away, other = self.dice.sample(heads, k=2)
            self._delegate(away, other, start)
            start += dt.timedelta(days=12)
        now_away = next(h for h in heads if h.department.code == "3001")
        self._delegate(now_away, self.house.people["2002"], self.last_day - dt.timedelta(days=1))

    def _delegate(self, away: Any, other: Any, start: dt.date) -> None:
        made = Delegation.objects.create(
            principal=away,
            substitute=other,
            from_date=start,
            to_date=start + dt.timedelta(days=6),
            reason="年休假,委托代为审批",
        )
        self.desk.delegations.append(made)

    def _leave_work(self) -> None:
        """On the last evening something waits at every desk: each kind of work that a role does."""
        nurse, head = self.house.people["2001"], self.house.people["2002"]
        self._request(nurse, "ZW", Decimal(1), submit=False)
        self._request(nurse, "ZW", Decimal(1))
        self._request(nurse, "BF", Decimal(1))
        for times in (Decimal(2), Decimal(8)):
            big = self._request(nurse, "BF", times)
            big = apply_transition(big, "approve", actor=head, reason="同意,床单被套集中更换")
        apply_transition(big, "approve", actor=self.house.by_role["logistics_head"][0], reason="同意,请领导审批")
        for warehouse in self.house.warehouses:
            approved = self._request(nurse, warehouse, Decimal(1), cheap=True)
            apply_transition(approved, "approve", actor=head)
        products = [p for p in self.house.products.values() if p.category == "0102"][:4]
        basket = [(p, self.house.items[p.code].min_stock) for p in products]
        self.buying.estimate("ZW", self.house.suppliers["0102"][0], basket)
        self.keeping.emergency(decide=False)

    def _request(self, nurse: Any, warehouse: str, times: Decimal, *, submit: bool = True, cheap: bool = False) -> Any:
        """A request of the demo nurse: the goods that her ward needs most, so many times the usual quantity."""
        category = {"ZW": "0302", "WX": "1104", "BF": "2101"}[warehouse]
        products = [p for p in self.house.by_category[category] if not p.fifo][: 1 if cheap else 4]
        lines = [self.desk.in_packs(p, (1 if cheap else p.usual) * times) for p in products]
        document = self.desk.new_draft(
            Requisition,
            nurse,
            lines,
            department=self.house.departments["1001"],
            warehouse=self.house.warehouses[warehouse],
            purpose="病区日常使用" if times == 1 else "床单元集中更换",
            needed_by=clock.today() + dt.timedelta(days=3),
        )
        return apply_transition(document, "submit", actor=nurse) if submit else document
