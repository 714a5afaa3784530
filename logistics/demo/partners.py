"""The suppliers of the demo hospital as data, with credit codes that pass their check."""

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_ORGANIZATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)

# name | legal person | contact | first digits of the categories it delivers
SUPPLIERS = """
仁和文汇办公用品有限公司 | 沈建平 | 沈莉 | 0101 0102
东方纸业贸易有限公司 | 顾长林 | 顾小军 | 0102
恒达数码科技有限公司 | 邵文涛 | 邵文涛 | 0103
仁和印务包装有限公司 | 蒋国平 | 蒋倩 | 0200
洁净人家清洁用品有限公司 | 陆红梅 | 陆红梅 | 0301 0303
康卫消毒制品有限公司 | 白志宏 | 白雪 | 0302
绿源环保科技有限公司 | 田野 | 田野 | 0303
安泰劳动防护用品有限公司 | 石磊 | 石磊 | 0400
百惠日用百货有限公司 | 夏春华 | 夏春华 | 0500
鼎鑫厨房设备有限公司 | 熊伟 | 熊丽 | 0600
春晖园林绿化有限公司 | 叶茂林 | 叶茂林 | 0700
中联石油销售有限公司仁和分公司 | 康建国 | 康宁 | 0800
仁和五金机电有限公司 | 范大成 | 范磊 | 1101 1102
金锐紧固件有限公司 | 钱金锐 | 钱芳 | 1102
正源电气有限公司 | 姚正源 | 姚莹 | 1103 1104
光明照明工程有限公司 | 汪光明 | 汪洋 | 1104
润泽水暖器材有限公司 | 江润泽 | 江涛 | 1200
森林木业装饰材料有限公司 | 林森 | 林芳 | 1300
彩虹涂料有限公司 | 洪彩霞 | 洪彩霞 | 1400
冷暖人家制冷设备有限公司 | 严寒冰 | 严军 | 1500
通达机电维保有限公司 | 万通 | 万里 | 1500
蓝盾消防器材有限公司 | 卫国庆 | 卫东 | 1600
白云纺织品有限公司 | 云洁 | 云洁 | 2101 2102
天使医用服装有限公司 | 安琪 | 安琪 | 2102 2103
洁康医用布业有限公司 | 柳青 | 柳青 | 2200 2103
"""


def rows() -> list[tuple[str, str, str, tuple[str, ...]]]:
    """(name, legal person, contact, categories) of every supplier."""
    found = []
    for row in SUPPLIERS.strip().splitlines():
        name, legal, contact, categories = (cell.strip() for cell in row.split("|"))
        found.append((name, legal, contact, tuple(categories.split())))
    return found


def credit_code(kind: str, region: str, serial: int) -> str:
    """A unified social credit code (GB 32100-2015) with both check characters; kind: its first two characters."""
    body = f"{serial:08d}"
    rest = 11 - sum(int(digit) * weight for digit, weight in zip(body, _ORGANIZATION_WEIGHTS, strict=True)) % 11
    code = f"{kind}{region}{body}{'X' if rest == 10 else 0 if rest == 11 else rest}"
    total = sum(_ALPHABET.index(letter) * pow(3, place, 31) for place, letter in enumerate(code))
    return code + _ALPHABET[(31 - total % 31) % 31]
