"""Departments, people and places of the demo hospital as data."""

import random
from dataclasses import dataclass

# code | name | kind | cost class | profile of what it asks for | requests a week | people | building and floor
DEPARTMENTS = """
10 | 内科 | office | 5001 | office | 1 | 2 | Z 3
1001 | 心血管内科病区 | ward | 5001 | ward | 5 | 6 | Z 4
1002 | 呼吸内科病区 | ward | 5001 | ward | 4 | 5 | Z 5
1003 | 消化内科病区 | ward | 5001 | ward | 4 | 5 | Z 6
1004 | 神经内科病区 | ward | 5001 | ward | 4 | 5 | Z 7
1005 | 内分泌科病区 | ward | 5001 | ward | 3 | 4 | Z 8
20 | 外科 | office | 5001 | office | 1 | 2 | Z 3
2001 | 普外科病区 | ward | 5001 | ward | 4 | 5 | Z 9
2002 | 骨科病区 | ward | 5001 | ward | 4 | 5 | Z 10
2003 | 神经外科病区 | ward | 5001 | ward | 3 | 4 | Z 11
2004 | 泌尿外科病区 | ward | 5001 | ward | 3 | 4 | Z 12
2005 | 手术室 | technical | 5001 | surgery | 4 | 5 | Z 2
2006 | 重症医学科 | ward | 5001 | ward | 4 | 5 | Z 2
30 | 妇儿中心 | office | 5001 | office | 1 | 2 | F 1
3001 | 产科病区 | ward | 5001 | ward | 4 | 5 | F 2
3002 | 儿科病区 | ward | 5001 | ward | 4 | 5 | F 3
40 | 门诊部 | clinic | 5001 | office | 1 | 3 | M 1
4001 | 急诊科 | clinic | 5001 | ward | 5 | 5 | M 1
4002 | 内科门诊 | clinic | 5001 | clinic | 3 | 4 | M 2
4003 | 外科门诊 | clinic | 5001 | clinic | 2 | 4 | M 3
4004 | 口腔科 | clinic | 5001 | clinic | 2 | 4 | M 4
50 | 医技科室 | office | 5001 | office | 1 | 2 | Y 1
5001 | 检验科 | technical | 5001 | clinic | 3 | 4 | Y 2
5002 | 放射科 | technical | 5001 | clinic | 2 | 4 | Y 1
5003 | 超声医学科 | technical | 5001 | clinic | 2 | 3 | Y 3
5004 | 药剂科 | technical | 5001 | clinic | 3 | 4 | M 1
5005 | 消毒供应中心 | technical | 5001 | surgery | 3 | 4 | Y 1
60 | 行政职能科室 | office | 5101 | office | 1 | 2 | X 1
6001 | 院办公室 | office | 5101 | office | 2 | 4 | X 5
6002 | 财务科 | office | 5101 | office | 2 | 4 | X 3
6003 | 信息科 | office | 5101 | office | 2 | 4 | X 2
6004 | 审计科 | office | 5101 | office | 1 | 3 | X 4
90 | 总务科 | logistics | 5101 | logistics | 2 | 9 | H 1
9001 | 维修班 | logistics | 5101 | repair | 7 | 6 | H 1
9002 | 洗衣房 | logistics | 5101 | laundry | 3 | 4 | H 2
9003 | 食堂 | canteen | 5101 | canteen | 3 | 4 | H 3
9004 | 保洁绿化组 | logistics | 5101 | cleaning | 5 | 4 | H 1
"""

# role | employee number | name | department | job title | warehouse kept. These people may sign in.
KEY_PEOPLE = """
requester | 2001 | 周晓燕 | 1001 | 护士 |
department_head | 2002 | 陈静怡 | 1001 | 护士长 |
storekeeper | 3001 | 刘建国 | 90 | 总务仓库保管员 | ZW
storekeeper | 3002 | 吴海涛 | 90 | 维修材料库保管员 | WX
storekeeper | 3003 | 赵秀兰 | 90 | 被服库保管员 | BF
buyer | 3004 | 孙志强 | 90 | 采购员 |
acceptor | 3005 | 何丽萍 | 90 | 验收员 |
acceptor | 3006 | 马文斌 | 6001 | 验收员 |
asset_manager | 3007 | 林国栋 | 90 | 资产管理员 |
repair_dispatcher | 3008 | 郭永强 | 9001 | 维修班班长 |
repair_worker | 3009 | 曹大勇 | 9001 | 水电工 |
logistics_head | 3000 | 王德明 | 90 | 总务科科长 |
leader | 1001 | 李国华 | 6001 | 分管后勤副院长 |
accountant | 4001 | 郑敏 | 6002 | 物资会计 |
auditor | 4002 | 黄志远 | 6004 | 审计员 |
system_administrator | 5001 | 徐浩然 | 6003 | 系统管理员 |
rights_administrator | 5002 | 高雅琴 | 6001 | 权限管理员 |
"""

BUILDINGS = (
    ("Z", "住院楼", 12, ("护士站", "治疗室", "处置室", "病房01", "病房02")),
    ("M", "门诊楼", 4, ("分诊台", "诊室01", "诊室02", "候诊区")),
    ("F", "妇儿楼", 3, ("护士站", "治疗室", "病房01")),
    ("Y", "医技楼", 3, ("登记室", "检查室01", "操作间")),
    ("X", "行政楼", 5, ("办公室01", "办公室02", "会议室")),
    ("H", "后勤楼", 3, ("值班室", "工作间", "库房")),
)

_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜"
    "范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段"
)
_FEMALE = (
    "静 丽 敏 燕 芳 娟 婷 雪梅 晓红 玉兰 秀英 海燕 丽华 雅婷 欣怡 思琪 梦瑶 文静 佳慧 晓琳 春梅 桂芳 艳红 慧敏 "
    "若曦 雨桐 诗涵 子涵 淑贞 美玲 冬梅 爱萍 倩 颖 莹 璐 蕾 琳 洁 薇"
)
_MALE = (
    "伟 强 磊 军 勇 杰 涛 超 建军 志刚 国强 文博 浩宇 俊杰 子轩 明辉 海波 永胜 立新 宏伟 振华 少华 庆丰 学文 "
    "家豪 一鸣 思远 嘉诚 天佑 向阳 鹏 斌 刚 峰 毅 凯 宁 晨 旭 栋"
)
_TITLES = {
    "ward": ("护士长", "护士", "护师", "主治医师", "住院医师", "护士"),
    "clinic": ("护士长", "护士", "主治医师", "主管护师", "副主任医师"),
    "technical": ("科主任", "技师", "主管技师", "技士", "护士"),
    "office": ("主任", "干事", "科员", "科员"),
    "logistics": ("班长", "职工", "职工", "职工", "职工", "职工"),
    "canteen": ("食堂管理员", "厨师", "厨师", "采购验收"),
}


@dataclass(frozen=True)
class DepartmentRow:
    code: str
    name: str
    kind: str
    cost_class: str
    profile: str
    weekly: float
    size: int
    place: str


@dataclass(frozen=True)
class PersonRow:
    """roles: codes of the roles besides requester, which everybody holds whose work allows it."""

    number: str
    name: str
    department: str
    title: str
    roles: tuple[str, ...]
    warehouse: str = ""
    may_sign_in: bool = False


def _cells(table: str) -> list[list[str]]:
    return [[cell.strip() for cell in row.split("|")] for row in table.strip().splitlines()]


def departments() -> list[DepartmentRow]:
    return [
        DepartmentRow(code, name, kind, cost, profile, float(weekly), int(size), place)
        for code, name, kind, cost, profile, weekly, size, place in _cells(DEPARTMENTS)
    ]


HEADS = {"90": "3000", "9001": "3008", "1001": "2002"}
"""Departments whose head is one of the key people; elsewhere the first person is the head."""


def people() -> list[PersonRow]:
    """Everybody, key people first; the same for every seed, so that the demo logins never change."""
    rows = [
        PersonRow(number, name, department, title, (role,), warehouse, may_sign_in=True)
        for role, number, name, department, title, warehouse in _cells(KEY_PEOPLE)
    ]
    dice = random.Random(20260101)  # noqa: S311 - names, not secrets
    taken = {row.name for row in rows}
    serial = 6000
    for department in departments():
        here = [row for row in rows if row.department == department.code]
        titles = _TITLES[department.kind]
        for place in range(department.size - len(here)):
            serial += 1
            is_head = place == 0 and department.code not in HEADS
            title = titles[0] if is_head else titles[1 + place % (len(titles) - 1)]
            female = dice.random() < (0.9 if title.startswith("护") else 0.45)
            name = _name(dice, female, taken)
            roles: tuple[str, ...] = ("department_head",) if is_head else ("requester",)
            if department.profile == "repair":
                roles = (*roles, "repair_worker")
            rows.append(PersonRow(str(serial), name, department.code, title, roles))
    return rows


def _name(dice: random.Random, female: bool, taken: set[str]) -> str:
    while True:
        name = dice.choice(_SURNAMES) + dice.choice((_FEMALE if female else _MALE).split())
        if name not in taken:
            taken.add(name)
            return name
