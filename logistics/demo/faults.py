"""What breaks in the demo hospital, as data."""

from dataclasses import dataclass

# words that name the category | title | what the reporter writes | cause | what was done | minutes | part (first two
# digits of its category, "" for none) | how often
FAULTS = """
水龙头 | 水龙头滴水 | 关不紧,一直滴水,浪费水还吵病人 | wear | 更换阀芯 | 25 | 11 | 14
水管 | 洗手池下水管漏水 | 地面有积水,怕病人滑倒 | wear | 更换软管并紧固接头 | 40 | 11 | 9
马桶 | 卫生间马桶堵塞 | 冲水后水位上涨 | misuse | 机械疏通 | 45 |  | 9
下水 | 地漏返味堵塞 | 卫生间地漏下水慢,有异味 | wear | 疏通并更换地漏芯 | 35 | 11 | 6
灯 | 病房顶灯不亮 | 两支灯管都不亮,夜里看不清 | wear | 更换LED灯管 | 20 | 11 | 15
插座 | 床头插座没电 | 输液泵插上没反应 | wear | 更换五孔插座 | 30 | 11 | 8
开关 | 照明开关失灵 | 按下去没有反应 | wear | 更换开关面板 | 20 | 11 | 5
跳闸 | 办公室反复跳闸 | 一开空调就跳闸 | misuse | 分回路供电,更换空开 | 55 | 11 | 3
门 | 病房门关不上 | 闭门器漏油,门自己弹开 | wear | 更换闭门器 | 40 | 11 | 7
锁 | 门锁打不开 | 钥匙能插进去拧不动 | wear | 更换锁芯 | 30 | 11 | 7
窗 | 窗户推拉不动 | 滑轮坏了,推不动 | wear | 更换滑轮 | 35 | 11 | 4
空调 | 空调不制冷 | 开了一小时还是热风 | wear | 清洗滤网,补充制冷剂 | 60 |  | 10
空调 | 空调漏水 | 室内机往下滴水 | wear | 疏通排水管 | 40 |  | 7
暖气 | 暖气不热 | 摸上去是凉的 | wear | 放气并清洗过滤器 | 40 |  | 4
床 | 病床摇把断裂 | 床头摇不起来 | wear | 更换摇杆 | 45 | 11 | 6
柜 | 床头柜抽屉脱轨 | 抽屉拉不出来 | misuse | 更换滑轨 | 30 | 11 | 5
椅 | 陪护椅靠背断裂 | 坐下就响 | misuse | 焊接加固 | 40 |  | 3
网络 | 护士站电脑上不了网 | 医嘱系统打不开 | wear | 更换网线水晶头 | 30 |  | 6
电话 | 病区电话没声音 | 拿起来没有拨号音 | wear | 更换话机线 | 20 |  | 3
呼叫 | 床头呼叫器不响 | 三床按了没反应 | wear | 更换呼叫手柄 | 25 |  | 5
氧 | 墙上氧气终端漏气 | 插上湿化瓶有嘶嘶声 | wear | 更换终端密封圈 | 30 |  | 2
负压 | 负压吸引压力不足 | 吸痰时吸力很小 | wear | 清洗管路滤芯 | 40 |  | 2
电梯 | 电梯关门卡顿 | 关门反复开合 | wear | 调整门机皮带 | 50 |  | 3
厨房 | 蒸柜不上汽 | 早餐馒头蒸不熟 | wear | 更换加热管 | 60 |  | 1
监控 | 走廊摄像头黑屏 | 东侧走廊看不到画面 | wear | 更换电源适配器 | 35 |  | 1
"""
REWARDS = ("来得很快", "态度很好,谢谢师傅", "修得很干净", "")
COMPLAINTS = ("来得太晚了", "又坏了,没修好", "修完没有打扫", "等了两天才来")
TASKS = ("搬运会议室桌椅", "布置职工大会会场", "病区搬家,搬运床头柜", "迎接检查,悬挂横幅", "清运旧家具到库房")


@dataclass(frozen=True)
class Fault:
    """One kind of fault. part: whether something is taken from the store for it."""

    words: str
    title: str
    description: str
    cause: str
    action: str
    minutes: int
    part: bool
    weight: int


def faults() -> list[Fault]:
    """Every kind of fault; the same for every seed."""
    found = []
    for line in FAULTS.strip().splitlines():
        words, title, description, cause, action, minutes, part, weight = (cell.strip() for cell in line.split("|"))
        found.append(Fault(words, title, description, cause, action, int(minutes), bool(part), int(weight)))
    return found
