"""Chinese surnames, as the first characters of a natural person's name.

Source: 百家姓 (Song dynasty, 504 surnames), the surnames of the seventh census that it lacks, and
their traditional forms. Used only to tell persons from organisations.
"""

from __future__ import annotations

_HUNDRED_FAMILIES = """
赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗
凤花方俞任袁柳酆鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧尹姚邵湛汪祁毛
禹狄米贝明臧计伏成戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌
霍虞万支柯昝管卢莫经房裘缪干解应宗丁宣贲邓郁单杭洪包诸左石崔吉钮龚程嵇邢滑裴陆荣翁荀羊於惠甄曲家封芮羿储靳
汲邴糜松井段富巫乌焦巴弓牧隗山谷车侯宓蓬全郗班仰秋仲伊宫宁仇栾暴甘钭厉戎祖武符刘景詹束龙叶幸司韶郜黎蓟薄印
宿白怀蒲邰从鄂索咸籍赖卓蔺屠蒙池乔阴鬱胥能苍双闻莘党翟谭贡劳逄姬申扶堵冉宰郦雍郤璩桑桂濮牛寿通边扈燕冀郏浦
尚农温别庄晏柴瞿阎充慕连茹习宦艾鱼容向古易慎戈廖庾终暨居衡步都耿满弘匡国文寇广禄阙东欧殳沃利蔚越夔隆师巩厍
聂晁勾敖融冷訾辛阚那简饶空曾毋沙乜养鞠须丰巢关蒯相查后荆红游竺权逯盖益桓公
"""
_MODERN = """
肖闫付覃代邸芦苟晋岳佟佘亓仉凡初原郄台呼哈员奉妥尉展巨帅库强征折敏斯旦木未来校楚次毓洛浩海涂湾火炎牙
犹玉环由甫畅直禚税竹笪筱粟线缑职肇自芈苑菅萨蒿藏虎行衣言让诺谌豆赏起辜达迟邝郇酒钊铁锁门降集雒雪音鹿
麦冶仝侍侬信修保候冻凃刀卯区圣坎士多奎娅宝寻岱峗庹延庆扎揭撒斛旷智朴术朵杞栗楼歧毌氾汝沉泉泥洗源漆狐
琚理瑞生甲男皇盘眭磨祥禤种竟策綦纵维罡胥良芒英茶萍裔训诚谯豪资赫超辉逢里钦锦长陡雎静顿风飞首魁鲜仡斗
尕他
"""
_TRADITIONAL = """
趙錢孫吳鄭馮陳衛蔣瀋韓楊許呂張嚴華謝鄒喩蘇潘範魯韋馬鳳兪賀倪湯羅畢鄔樂時傅齊顧黃蕭湛談龐紀項賈婁顏鍾駱盧莫
經裘繆應鄧單諸崔鈕龔榮儲靳糜烏焦車寧欒劉葉龍黎薊從喬陰鬱蒼雙聞黨貢勞申連習慕魚東歐聶晁簡饒關紅遊權蓋閻莊閔
賴藺譚鄺馮岡鄒鄔賁鄒邊溫溫滿廣賓豐鞏葉湯啓
"""
_COMPOUND = """
万俟 司马 上官 欧阳 夏侯 诸葛 闻人 东方 赫连 皇甫 尉迟 公羊 澹台 公冶 宗政 濮阳 淳于 单于 太叔
申屠 公孙 仲孙 轩辕 令狐 钟离 宇文 长孙 慕容 鲜于 闾丘 司徒 司空 亓官 司寇 仉督 子车 颛孙 端木
巫马 公西 漆雕 乐正 壤驷 公良 拓跋 夹谷 宰父 谷梁 段干 百里 东郭 南门 呼延 归海 羊舌 微生 梁丘
左丘 东门 西门 南宫 第五 独孤 南荣 那拉 纳兰 叶赫 爱新 呼和 完颜 耶律 贺兰 司馬 歐陽 諸葛 東方
赫連 尉遲 淳於 單于 公孫 軒轅 鍾離 長孫 鮮于 聞人
"""
_TRANSCRIBED = """
买买提 买合木提 买买江 麦麦提 买尔旦 阿不都 阿卜杜 阿布都 阿布力 阿卜力 阿不力 阿迪力 艾合买提
艾买提 艾尼瓦尔 艾力 依不拉音 亚森 玉素甫 玉山江 吐尔逊 吐尔洪 托合提 图尔荪 热合曼 热依木 肉孜
如则 沙吾提 司马义 斯马依 塔依尔 古丽 古力 祖丽 帕提 阿依 努尔 木合塔 木塔力 库尔班 卡哈尔
加帕尔 哈力克 合力力 巴拉提 白克力 才让 扎西 卓玛 多吉 次仁 格桑 旦增 丹增 达瓦 边巴 洛桑 拉姆
央金 尼玛 平措 索南 仁青 完玛 周毛 巴特尔 苏和 其其格 图雅 宝音 乌云 斯琴 哈斯 那仁 额尔 马合木
叶尔 别克 哈山 加尼 尤努斯 尤素夫 穆罕默德 萨拉姆
"""

SURNAMES = frozenset("".join((_HUNDRED_FAMILIES + _MODERN + _TRADITIONAL).split()))
"""Surnames of one character."""
COMPOUND_SURNAMES = frozenset(_COMPOUND.split())
"""Surnames of two characters."""
TRANSCRIBED_BEGINNINGS = tuple(sorted(_TRANSCRIBED.split(), key=len, reverse=True))
"""First parts of Uyghur, Kazakh, Tibetan and Mongolian names in their usual transcription,
longest first."""
