"""Words by which the name of an organisation is told from that of a natural person.

The lists stand in the order of trust: a word of the first is enough anywhere in a name, an ending
of the second in any name but the shortest, an ending or a trade of the later ones only in names
too long for a person (王建设, 李长城 and 刘文化 are people).
"""

from __future__ import annotations

import re

_CERTAIN = """
公司 集团 有限 股份 合伙 企业 总厂 工厂 分厂 合作社 合作联社 联社 供销社 信用社 经济社 股份社
农信社 旅行社 报社 出版社 委员会 居委会 村委会 管委会 党委 常委会 人大 政协 政府 办公室 办事处
街道办 管理处 管理所 管理站 管理局 指挥部 项目部 服务部 经营部 门市部 营业部 武装部 宣传部
组织部 部队 解放军 军区 支队 大队 总队 中队 消防队 武警 派出所 检察院 法院 监狱 看守所 戒毒所
公安局 人民银行 银行 保险 证券 基金会 基金 信托 投资中心 中心 事务所 研究所 研究院 设计院 科学院
勘察院 学院 大学 中学 小学 学校 幼儿园 托儿所 党校 技校 职校 医院 卫生院 卫生室 诊所 药店 药房
敬老院 养老院 福利院 殡仪馆 公墓 清真寺 教堂 教会 寺院 协会 商会 学会 联合会 工会 总会 理事会
妇联 残联 工商联 文联 科协 红十字 共青团 宾馆 酒店 饭店 旅馆 旅社 招待所 餐厅 餐馆 饭馆 面馆
茶馆 酒楼 茶楼 火锅 小吃 超市 商店 商行 商场 商城 商厦 市场 百货 专卖店 加油站 加气站 充电站
收费站 变电站 电站 水电站 火车站 汽车站 客运站 服务站 种子站 兽医站 粮站 粮库 水厂 电厂 加工厂
养殖场 家庭农场 农场 林场 牧场 总场 苗圃 园艺场 砖厂 砂场 采石场 屠宰场 煤矿 金矿 铁矿 水库
电视台 电台 气象台 体育馆 图书馆 博物馆 文化馆 档案馆 影剧院 开发区 工业园 园区 产业园 生态园
示范园 科技园 物流园 度假村 保税区 储备 经济联合 村民小组 生产队 工作室 工程处 工程队 维修部
修理部 修理厂 汽修 分店 总店 村集体 农民集体 小区业主 业主 国土 自来水 供电 电网 邮政局
"""
_ENDINGS = "局厂站场院校馆店铺矿库处所队厅署寺庙团师社"
_LONG_ENDINGS = "会园城行委办镇乡县市区村组庄港坊部段科屯旗州省处社团师宫观祠堂吧屋轩斋阁"
_TRADES = """
纺织 化工 建材 地产 置业 实业 商贸 贸易 科技 电子 机械 食品 药业 医药 能源 矿业 水泥 钢铁 物流
农业 林业 牧业 果业 酒业 物业 旅游 文化 传媒 投资 建设 开发 建筑 工程 餐饮 服饰 制衣 服装 印务
印刷 玩具 家具 家居 塑料 塑胶 汽车 汽贸 汽配 新能源 电力 电气 电器 热力 燃气 石油 石化 天然气
通信 通讯 网络 软件 信息 环保 环境 材料 包装 装饰 装潢 广告 设备 仪器 制药 生物 农牧 畜牧 养殖
种植 种业 粮油 粮食 油脂 乳业 肉业 水产 水利 水务 园林 绿化 路桥 交通 运输 客运 货运 铁路 航空
高速 移动 联通 电信 邮政 烟草 盐业 供销 商业 工业 产业 制造 加工 铸造 冶炼 铝业 铜业 锰业 硅业
陶瓷 玻璃 造纸 纸业 纸箱 皮革 鞋业 木业 果品 种苗 花卉 茶业 茶叶 糖业 酒庄 山庄 花园 家园 大厦
广场 国际 控股 资产 资本 租赁 担保 典当 拍卖 咨询 教育 培训 健康 医疗
"""
_SHORT = """
学校 医院 法院 邮局 车站 粮站 粮库 煤矿 农场 牧场 林场 水厂 电厂 酒厂 纱厂 砖厂 油田 党校 寺庙
机关 部队 银行 县委 市委 省委 党委 团委 工会 妇联 政协 人大 企业 公司 商店 超市 宾馆 酒店 饭店
药店
"""
_PLACES = """
北京 天津 上海 重庆 河北 山西 内蒙古 辽宁 吉林 黑龙江 江苏 浙江 安徽 福建 江西 山东 河南 湖北
湖南 广东 广西 海南 四川 贵州 云南 西藏 陕西 甘肃 青海 宁夏 新疆 香港 澳门 台湾 中国 兰州 天水
西安 武汉 成都 广州 深圳 杭州 南京 苏州 郑州 长沙 合肥 福州 南昌 济南 青岛 大连 沈阳 长春 哈尔滨
石家庄 太原 昆明 贵阳 南宁 海口 西宁 银川 拉萨 呼和浩特 乌鲁木齐 亚洲 全国 国际 集团 控股 筹建
筹 原 甲方 乙方 独资 分部 总部 本部 本级 东区 西区 南区 北区 一期 二期 三期 华北 华东 华南 华中
西北 西南 东北
"""
_LATIN = (
    r"\b(?:Co|Ltd|Inc|LLC|LLP|Corp|Corporation|Company|Limited|GmbH|AG|PLC|Group|Holdings?|Bank|"
    r"University|School|Hospital|Institute|Foundation|Association|Committee|Bureau|Department|"
    r"Ministry|Government|Center|Centre|Hotel|Factory|Technolog(?:y|ies)|Industr(?:y|ies)|"
    r"International|Enterprises?|S\.?A|B\.?V|Pty)\b"
)

CERTAIN = re.compile("|".join(sorted(_CERTAIN.split(), key=len, reverse=True)))
"""Anywhere in a name of four signs or more."""
CERTAIN_ENDING = re.compile(f"[{_ENDINGS}]$")
"""At the end of a name of three signs or more: no given name ends so."""
LONG_ENDING = re.compile(f"[{_LONG_ENDINGS}]$")
"""At the end of a name of four signs or more that has no compound surname."""
TRADE = re.compile("|".join(_TRADES.split()))
"""Anywhere in a name of four signs or more that has no compound surname."""
SHORT_ORGANIZATIONS = frozenset(_SHORT.split())
"""Names of two signs that are organisations although they may begin with a surname."""
LATIN = re.compile(_LATIN, re.IGNORECASE)
"""Words of organisations in Latin letters."""
NUMBERED_UNIT = re.compile(
    r"^(?:.*第)?[一二三四五六七八九十百零〇\d]+(?:团|师|连|营|局|处|队|厂|院|中|小)"
)
"""兵团 and army units, numbered schools and works: 第一师四团, 50团, 第三中."""

PLACES = frozenset(_PLACES.split())
"""What stands in brackets after the name of an organisation and looks like a person's name."""
