"""Who asks for what and how often: profiles of the departments, weekdays, month ends."""

import datetime as dt
from decimal import Decimal
from typing import Any

from .catalogue import Product
from .hospital import Hospital, nice

# Categories a profile asks for, with their share.
PROFILES: dict[str, dict[str, int]] = {
    "ward": {
        "0101": 14, "0102": 14, "0103": 4, "0200": 16, "0301": 3, "0302": 14, "0303": 12, "0400": 10, "0500": 8,
        "2101": 12, "2102": 10, "2103": 4, "2200": 6,
    },
    "surgery": {"0101": 5, "0102": 5, "0200": 8, "0302": 14, "0303": 12, "0400": 14, "2200": 30, "2103": 10, "0500": 4},
    "clinic": {"0101": 16, "0102": 16, "0103": 8, "0200": 18, "0302": 12, "0303": 8, "0400": 10, "0500": 6, "2103": 4},
    "office": {"0101": 40, "0102": 30, "0103": 20, "0500": 10},
    "logistics": {"0101": 20, "0102": 15, "0103": 10, "0500": 10, "0800": 25, "1600": 15, "2103": 5},
    "repair": {
        "1101": 10, "1102": 14, "1103": 20, "1104": 18, "1200": 18, "1300": 8, "1400": 8, "1500": 12,
        "1600": 6, "0400": 6, "0800": 2,
    },
    "laundry": {"0302": 40, "0303": 10, "0400": 12, "2101": 12, "2102": 10, "2200": 10, "2103": 6},
    "canteen": {"0600": 55, "0302": 15, "0303": 10, "0400": 8, "2103": 6, "0500": 6},
    "cleaning": {"0301": 34, "0302": 22, "0303": 20, "0400": 8, "0500": 10, "0700": 12, "2103": 2},
}  # fmt: skip
PURPOSES = {
    "ward": ("病区日常使用", "补充本周消耗", "新入院病人增多,补充备用", "迎接院感检查", "更换破损旧品", "护理用品补充"),
    "surgery": ("手术间日常使用", "择期手术备货", "器械打包使用", "补充本周消耗"),
    "clinic": ("门诊日常使用", "诊室补充", "检查登记使用", "补充本周消耗"),
    "office": ("科室办公使用", "会议资料打印", "档案整理", "月度办公用品"),
    "logistics": ("科室办公使用", "车辆及发电机用油", "安全巡查更换", "库房整理"),
    "repair": ("病区维修更换", "门诊楼照明维修", "给排水维修", "日常维修备料", "空调季节保养", "门窗锁具维修"),
    "laundry": ("布草洗涤", "更换报损布草", "洗衣房日常使用"),
    "canteen": ("食堂日常使用", "更换破损餐具", "职工餐厅补充"),
    "cleaning": ("公共区域保洁", "绿化养护", "医疗废物收集", "卫生间清洁用品"),
}
_WEEKDAYS = (1.6, 1.15, 1.0, 1.0, 1.25, 0.0, 0.0)
_WEEKEND = 0.18
HOLIDAYS = {(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)}
BUSY = 0.55
"""Scales all demand; with it about twelve requests reach the stores on a weekday."""


def works(day: dt.date) -> bool:
    """Whether the offices work on this day."""
    return day.weekday() < 5 and (day.month, day.day) not in HOLIDAYS


def first_working_day(year: int, month: int = 1) -> dt.date:
    """The day on which a year, or a month of it, begins for the offices."""
    day = dt.date(year, month, 1)
    while not works(day):
        day += dt.timedelta(days=1)
    return day


def load(profile: str, day: dt.date) -> float:
    """How busy the day is for departments of a profile; 1 is an ordinary Wednesday."""
    if not works(day):
        return _WEEKEND if profile in ("ward", "repair", "surgery") else 0.0
    month_end = (day + dt.timedelta(days=4)).month != day.month
    return _WEEKDAYS[day.weekday()] * (1.5 if month_end else 1.0)


def choose_warehouse(dice: Any, house: Hospital, profile: str) -> str:
    """The warehouse of one request, in proportion to what the profile asks for there."""
    shares: dict[str, int] = {}
    for category, share in PROFILES[profile].items():
        code = house.by_category[category][0].warehouse
        shares[code] = shares.get(code, 0) + share
    return str(dice.choices(list(shares), weights=list(shares.values()))[0])


def wish_list(dice: Any, house: Hospital, profile: str, warehouse: str) -> list[Product]:
    """What one request asks for: two to eight different items of one warehouse, popular ones most often."""
    shares = {c: s for c, s in PROFILES[profile].items() if house.by_category[c][0].warehouse == warehouse}
    wanted: dict[str, Product] = {}
    for category in dice.choices(list(shares), weights=list(shares.values()), k=dice.choice((1, 2, 3, 3, 4, 5, 6, 8))):
        family = house.by_category[category]
        product = dice.choices(family, weights=[p.weight for p in family])[0]
        wanted[product.code] = product
    return list(wanted.values())


def usual_quantity(dice: Any, product: Product) -> Decimal:
    """How much one request asks for, in stock units, around the usual quantity of the product."""
    return max(
        Decimal(1),
        nice(product.usual * dice.choice((0.5, 0.8, 1, 1, 1.5, 2)))
        if product.usual > 2
        else Decimal(dice.choice((1, 1, 2)) if product.usual < 2 else dice.choice((1, 2, 2, 3))),
    )
