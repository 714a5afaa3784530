"""What breaks in the demo hospital, as data."""

from dataclasses import dataclass

# category | title | what the reporter writes | cause | remedy | what was done | minutes | category of the part that is
# taken from the store ("": none) | how often
FAULTS = """
0101 | 水龙头滴水 | 关不紧,一直滴水,浪费水还吵病人 | W01 | R01 | 更换阀芯 | 25 | 1200 | 14
0102 | 洗手池下水管漏水 | 地面有积水,怕病人滑倒 | W01 | R01 | 更换软管并紧固接头 | 40 | 1200 | 9
0103 | 卫生间马桶堵塞 | 冲水后水位上涨 | M01 | R05 | 机械疏通 | 45 |  | 9
0104 | 地漏返味堵塞 | 卫生间地漏下水慢,有异味 | W01 | R01 | 疏通并更换地漏芯 | 35 | 1200 | 6
0201 | 病房顶灯不亮 | 两支灯管都不亮,夜里看不清 | W01 | R01 | 更换LED灯管 | 20 | 1104 | 15
0202 | 床头插座没电 | 输液泵插上没反应 | W01 | R01 | 更换五孔插座 | 30 | 1103 | 8
0202 | 照明开关失灵 | 按下去没有反应 | W01 | R01 | 更换开关面板 | 20 | 1103 | 5
0203 | 办公室反复跳闸 | 一开空调就跳闸 | M01 | R01 | 分回路供电,更换空开 | 55 | 1103 | 3
0401 | 病房门关不上 | 闭门器漏油,门自己弹开 | W01 | R01 | 更换闭门器 | 40 | 1102 | 7
0402 | 门锁打不开 | 钥匙能插进去拧不动 | W01 | R01 | 更换锁芯 | 30 | 1102 | 7
0403 | 窗户推拉不动 | 滑轮坏了,推不动 | W01 | R01 | 更换滑轮 | 35 | 1102 | 4
0601 | 空调不制冷 | 开了一小时还是热风 | W01 | R06 | 清洗滤网,补充制冷剂 | 60 |  | 10
0602 | 空调漏水 | 室内机往下滴水 | W01 | R05 | 疏通排水管 | 40 |  | 7
0701 | 暖气不热 | 摸上去是凉的 | W01 | R06 | 放气并清洗过滤器 | 40 |  | 4
0301 | 病床摇把断裂 | 床头摇不起来 | W01 | R01 | 更换摇杆 | 45 | 1102 | 6
0302 | 床头柜抽屉脱轨 | 抽屉拉不出来 | M01 | R01 | 更换滑轨 | 30 | 1102 | 5
0303 | 陪护椅靠背断裂 | 坐下就响 | M01 | R04 | 焊接加固 | 40 |  | 3
0901 | 护士站电脑上不了网 | 医嘱系统打不开 | W01 | R01 | 更换网线水晶头 | 30 |  | 6
0902 | 病区电话没声音 | 拿起来没有拨号音 | W01 | R01 | 更换话机线 | 20 |  | 3
0205 | 床头呼叫器不响 | 三床按了没反应 | W01 | R01 | 更换呼叫手柄 | 25 |  | 5
1101 | 墙上氧气终端漏气 | 插上湿化瓶有嘶嘶声 | W01 | R01 | 更换终端密封圈 | 30 |  | 2
1102 | 负压吸引压力不足 | 吸痰时吸力很小 | W01 | R06 | 清洗管路滤芯 | 40 |  | 2
0803 | 电梯关门卡顿 | 关门反复开合 | W01 | R03 | 调整门机皮带 | 50 |  | 3
1002 | 蒸柜不上汽 | 早餐馒头蒸不熟 | W01 | R01 | 更换加热管 | 60 |  | 1
0903 | 走廊摄像头黑屏 | 东侧走廊看不到画面 | W01 | R01 | 更换电源适配器 | 35 |  | 1
"""
REWARDS = ("来得很快", "态度很好,谢谢师傅", "修得很干净", "")
COMPLAINTS = ("来得太晚了", "又坏了,没修好", "修完没有打扫", "等了两天才来")
TASKS = ("搬运会议室桌椅", "布置职工大会会场", "病区搬家,搬运床头柜", "迎接检查,悬挂横幅", "清运旧家具到库房")


@dataclass(frozen=True)
class Fault:
    """One kind of fault. category, cause, remedy: codes of the shipped tables; part: category of goods, "" for none."""

    category: str
    title: str
    description: str
    cause: str
    remedy: str
    action: str
    minutes: int
    part: str
    weight: int


def faults() -> list[Fault]:
    """Every kind of fault; the same for every seed."""
    rows = [[cell.strip() for cell in line.split("|")] for line in FAULTS.strip().splitlines()]
    return [
        Fault(category, title, words, cause, remedy, action, int(minutes), part, int(weight))
        for category, title, words, cause, remedy, action, minutes, part, weight in rows
    ]
