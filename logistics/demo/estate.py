"""What the hospital owns on the day its asset register opens, as data: about eight thousand things."""

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

TOTAL = 8_000

# name | class | specification | unit | yuan | life in months | for whom | how many of it | years in use, at most
# for whom: ward (for each bed), head (for each person), each (for each department of the kind), or department codes.
THINGS = """
电动病床 | A05010103 | 三摇 2150×960mm | 张 | 2600 | 180 | bed ward | 1 | 9
床头柜 | A05020000 | ABS 480×480×760mm | 个 | 480 | 180 | bed ward | 1 | 9
陪护椅 | A05010399 | 折叠 1900×550mm | 把 | 380 | 180 | bed ward | 1 | 6
床旁输液架 | A05010600 | 不锈钢 升降 | 个 | 260 | 180 | bed ward | 1 | 7
输液泵 | A02320000 | 双通道 | 台 | 6500 | 72 | each ward | 12 | 7
病人监护仪 | A02320000 | 12.1英寸 六参数 | 台 | 28000 | 72 | each ward | 8 | 8
心电图机 | A02320000 | 十二导联 | 台 | 24000 | 72 | each ward | 2 | 8
除颤监护仪 | A02320000 | 双相波 | 台 | 48000 | 72 | each ward | 1 | 8
抢救车 | A02320000 | ABS 五层 | 台 | 3200 | 72 | each ward | 2 | 6
治疗车 | A02320000 | 不锈钢 两层 | 台 | 1150 | 72 | each ward | 6 | 6
壁挂电视机 | A02091001 | 43英寸 | 台 | 1800 | 60 | each ward | 22 | 7
分体空调 | A02061804 | 1.5匹 变频 | 台 | 3600 | 60 | each ward | 24 | 9
台式计算机 | A02010105 | i5/16G/512G | 台 | 5200 | 72 | head all | 1 | 7
办公桌 | A05010201 | 1400×700mm | 张 | 1200 | 180 | head all | 1 | 12
办公椅 | A05010301 | 网布 升降 | 把 | 420 | 180 | head all | 1 | 8
激光打印机 | A02021003 | A4 双面 | 台 | 1800 | 72 | each all | 2 | 6
文件柜 | A05010502 | 钢制 1850×850×390mm | 个 | 850 | 180 | each all | 4 | 12
沙发 | A05010400 | 三人 皮面 | 套 | 2400 | 180 | each office | 1 | 9
多功能一体机 | A02020400 | A3 彩色 | 台 | 18500 | 72 | each office | 1 | 6
候诊椅 | A05010399 | 三人位 不锈钢 | 排 | 960 | 180 | each clinic | 30 | 9
诊查床 | A05010103 | 1800×600mm | 张 | 1100 | 180 | each clinic | 8 | 9
便携式计算机 | A02010108 | 14英寸 | 台 | 6200 | 72 | each office | 2 | 5
麻醉机 | A02320000 | 双蒸发罐 | 台 | 268000 | 96 | 2005 | 6 | 8
无影灯 | A02320000 | LED 双头 | 台 | 86000 | 96 | 2005 | 8 | 9
手术床 | A02320000 | 电动液压 | 张 | 128000 | 96 | 2005 | 8 | 9
呼吸机 | A02320000 | 有创 | 台 | 198000 | 96 | 2006 | 14 | 7
床旁血滤机 | A02320000 | 连续性 | 台 | 320000 | 96 | 2006 | 3 | 6
全自动生化分析仪 | A02320000 | 2000测试/小时 | 台 | 860000 | 96 | 5001 | 2 | 7
生物安全柜 | A02320000 | 二级 A2 | 台 | 42000 | 96 | 5001 | 4 | 8
CT机 | A02320000 | 128排 | 台 | 6800000 | 120 | 5002 | 1 | 5
数字化X线机 | A02320000 | 双板悬吊 | 台 | 1900000 | 120 | 5002 | 2 | 8
彩色超声诊断仪 | A02320000 | 四维 | 台 | 1250000 | 96 | 5003 | 5 | 7
发药机 | A02320000 | 快速出药 | 台 | 1480000 | 96 | 5004 | 1 | 4
脉动真空灭菌器 | A02320000 | 1.2立方米 | 台 | 398000 | 120 | 5005 | 3 | 9
服务器 | A02010104 | 双路 2U | 台 | 62000 | 72 | 6003 | 12 | 7
核心交换机 | A02010200 | 万兆 | 台 | 48000 | 72 | 6003 | 6 | 7
工业洗衣机 | A02050000 | 100kg 隔离式 | 台 | 168000 | 120 | 9002 | 4 | 10
烫平机 | A02050000 | 三滚 | 台 | 96000 | 120 | 9002 | 2 | 10
电焊机 | A02050000 | 逆变 400A | 台 | 4200 | 120 | 9001 | 3 | 9
管道疏通机 | A02050000 | 2200W | 台 | 3800 | 120 | 9001 | 4 | 6
和面机 | A02240000 | 50kg | 台 | 6800 | 120 | 9003 | 3 | 8
双门蒸柜 | A02240000 | 24盘 | 台 | 9200 | 120 | 9003 | 4 | 8
医用电梯 | A02050000 | 1600kg 1.75m/s | 台 | 420000 | 180 | 90 | 8 | 9
承压热水锅炉 | A02050000 | 燃气 2.8MW | 台 | 380000 | 180 | 90 | 2 | 9
液氧储罐 | A02050000 | 压力容器 5立方米 | 台 | 160000 | 180 | 90 | 2 | 8
柴油发电机组 | A02050000 | 500kW | 台 | 290000 | 180 | 90 | 2 | 9
洗地机 | A02050000 | 驾驶式 | 台 | 38000 | 120 | 9004 | 3 | 6
医学图书 | A04010000 | 馆藏 | 册 | 68 | 0 | 6001 | 60 | 12
院史陈列品 | A03050000 | 建院医疗器械模型 | 件 | 3000 | 0 | 6001 | 8 | 12
医院信息系统软件 | A08060000 | HIS V5 | 套 | 2360000 | 120 | 6003 | 1 | 4
"""

# name | class | structure | yuan | life in months | floor area | first used
HOUSES = """
住院楼 | A01010200 | 钢筋混凝土结构 | 86000000 | 600 | 32600 | 2009-09-01
门诊楼 | A01010200 | 钢筋混凝土结构 | 52000000 | 600 | 18400 | 2012-06-01
妇儿楼 | A01010200 | 钢筋混凝土结构 | 36500000 | 600 | 12100 | 2016-10-01
医技楼 | A01010200 | 钢筋混凝土结构 | 28800000 | 600 | 9800 | 2012-06-01
行政楼 | A01010100 | 砖混结构 | 9600000 | 360 | 5200 | 1998-05-01
后勤楼 | A01010200 | 砖混结构 | 4800000 | 360 | 3100 | 1998-05-01
"""
PLATES = (("救护车", "闽H12001", 268_000), ("救护车", "闽H12002", 268_000), ("救护车", "闽H12005", 312_000))
FILLER = "候诊椅"
"""What is made up to the total with, in the waiting halls."""


@dataclass(frozen=True)
class Thing:
    """Some alike things of one department with one day of first use. years: how long ago that is."""

    name: str
    category: str
    specification: str
    unit: str
    yuan: Decimal
    life: int
    department: str
    pieces: int
    used_on: dt.date
    details: dict[str, str]
    personal: bool = False


def things(departments: dict[str, Any], beds: dict[str, int], day: dt.date, dice: random.Random) -> Iterator[Thing]:
    """Everything the register opens with on a day, in batches by department and purchase.

    departments: rows of logistics.demo.staff by code. beds: by department code.
    """
    made = 0
    filler: list[str] = []
    for line in THINGS.strip().splitlines():
        cells = [cell.strip() for cell in line.split("|")]
        if cells[0] == FILLER:
            filler = cells
        for code, count in _holders(cells[6], int(cells[7]), departments, beds):
            for pieces in _batches(count, dice):
                made += pieces
                yield _thing(cells, code, pieces, day, dice)
    for name, category, structure, yuan, life, area, used in _cells(HOUSES):
        made += 1
        details = {"ownership_nature": "国有", "structure": structure, "floor_area": area, "title_form": "有产权"}
        used_on = dt.date.fromisoformat(used)
        yield Thing(name, category, "", "栋", Decimal(yuan), int(life), "60", 1, used_on, details)
    land = {"ownership_nature": "国有", "land_area": "68600", "land_use_type": "划拨"}
    yield Thing("院区用地", "A01030000", "", "宗", Decimal(1_200_000), 0, "60", 1, dt.date(1998, 1, 1), land)
    for serial, (name, plate, price) in enumerate(PLATES, start=1):
        details = {"plate_number": plate, "vin": f"LJXBMCHC6KT0{serial:05d}", "establishment": "在编"}
        details |= {"vehicle_use": "特种专业技术用车", "seats": "8"}
        used_on = _months_before(day, dice.randrange(14, 80))
        yield Thing(name, "A02030000", "转运型", "辆", Decimal(price), 96, "4001", 1, used_on, details)
    made += 1 + len(PLATES)
    while made < TOTAL:
        pieces = min(40, TOTAL - made)
        made += pieces
        yield _thing(filler, dice.choice(("40", "4002", "4003", "4004")), pieces, day, dice)


def _cells(table: str) -> list[list[str]]:
    return [[cell.strip() for cell in row.split("|")] for row in table.strip().splitlines()]


def _holders(whom: str, count: int, departments: dict[str, Any], beds: dict[str, int]) -> Iterator[tuple[str, int]]:
    measure, _space, kind = whom.partition(" ")
    if not kind:
        yield whom, count
        return
    for code, row in departments.items():
        if kind in ("all", row.kind):
            each = {"bed": beds.get(code, 0), "head": row.size * 3, "each": 1}[measure]
            if each:
                yield code, count * each


def _batches(count: int, dice: random.Random) -> Iterator[int]:
    """Things are bought at different times: up to three batches."""
    parts = min(3, max(1, count // 6))
    left = count
    for number in range(parts, 1, -1):
        pieces = max(1, min(left - number + 1, round(left / number * dice.uniform(0.7, 1.3))))
        left -= pieces
        yield pieces
    yield left


def _thing(cells: list[str], code: str, pieces: int, day: dt.date, dice: random.Random) -> Thing:
    name, category, specification, unit, yuan, life, whom, _count, years = cells
    used_on = _months_before(day, dice.randrange(2, int(years) * 12))
    price = (Decimal(yuan) * Decimal(str(round(dice.uniform(0.92, 1.08), 2)))).quantize(Decimal("0.01"))
    personal = whom == "head all" and name == "台式计算机"
    return Thing(name, category, specification, unit, price, int(life), code, pieces, used_on, {}, personal)


def _months_before(day: dt.date, months: int) -> dt.date:
    index = day.year * 12 + day.month - 1 - months
    return dt.date(index // 12, index % 12 + 1, 12)
