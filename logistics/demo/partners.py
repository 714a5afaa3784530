"""The suppliers of the demo hospital as data, with credit codes that pass their check."""

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_ORGANIZATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)

# name | legal person | contact | first digits of the categories it delivers
SUPPLIERS = """
仁和文汇办公用品有限公司 | 沈建平 | 沈莉 | 0101 0102 0103 0200
东方纸业贸易有限公司 | 顾长林 | 顾小军 | 0102 0101 0103 0200
恒达数码科技有限公司 | 邵文涛 | 邵文涛 | 0103 0101 0102 0200
仁和印务包装有限公司 | 蒋国平 | 蒋倩 | 0200 0101 0102 0103
洁净人家清洁用品有限公司 | 陆红梅 | 陆红梅 | 0301 0302 0303 0400 0500
康卫消毒制品有限公司 | 白志宏 | 白雪 | 0302 0301 0303 0400
绿源环保科技有限公司 | 田野 | 田野 | 0303 0301 0302 0700
安泰劳动防护用品有限公司 | 石磊 | 石磊 | 0400 0500 0303 0600
百惠日用百货有限公司 | 夏春华 | 夏春华 | 0500 0400 0600 0301 0700
鼎鑫厨房设备有限公司 | 熊伟 | 熊丽 | 0600 0500
春晖园林绿化有限公司 | 叶茂林 | 叶茂林 | 0700
中联石油销售有限公司仁和分公司 | 康建国 | 康宁 | 0800
仁和五金机电有限公司 | 范大成 | 范磊 | 1101 1102 1200 1300 1600
金锐紧固件有限公司 | 钱金锐 | 钱芳 | 1102 1101 1300 1400
正源电气有限公司 | 姚正源 | 姚莹 | 1103 1104 1500 1600
光明照明工程有限公司 | 汪光明 | 汪洋 | 1104 1103
润泽水暖器材有限公司 | 江润泽 | 江涛 | 1200 1101 1102
森林木业装饰材料有限公司 | 林森 | 林芳 | 1300 1400
彩虹涂料有限公司 | 洪彩霞 | 洪彩霞 | 1400 1300
冷暖人家制冷设备有限公司 | 严寒冰 | 严军 | 1500 1103 1200
通达机电维保有限公司 | 万通 | 万里 | 1500 1104 1200
蓝盾消防器材有限公司 | 卫国庆 | 卫东 | 1600 1103 1400
白云纺织品有限公司 | 云洁 | 云洁 | 2101 2102 2103 2200
天使医用服装有限公司 | 安琪 | 安琪 | 2102 2101 2103 2200
洁康医用布业有限公司 | 柳青 | 柳青 | 2200 2101 2102 2103
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
