"""Townships that do not exist, each with the naming habits of one part of the country.

Nothing here is taken from a real gazetteer: villages, hamlets and people are put together from
syllables. What differs is what differs in life: how groups are called, how plates, cards and poles
are numbered, which villages were merged, and how people speak.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

GIVEN = "志伟建华玉兰桂英秀珍国强永福明辉德顺海燕金凤少芬文斌家豪素云长根宝山兴旺春梅水生树林月娥佩珊炳坤润添"
NUMERALS = "零一二三四五六七八九十"


@dataclass(frozen=True)
class Habit:
    """How one region names and speaks. Sentences use {p} for a place, {h} for a house."""

    code: str
    township: str
    county: str
    city: str
    lon: float
    lat: float
    villages: tuple[str, ...]
    merged: dict[str, tuple[str, ...]]
    hamlets: tuple[str, ...]
    surnames: str
    group: str
    """How the gazetteer writes a group: {v} village, {n} character numeral, {d} digit, {h} hamlet."""
    said_groups: tuple[str, ...]
    card: str
    pole: str
    pole_alias: str
    plate: str
    titles: tuple[str, ...]
    home: str
    estate: str
    estate_plate: str
    estate_cell: str
    troubles: tuple[str, ...]
    relations: tuple[str, ...]
    negation: tuple[str, ...]
    correction: tuple[str, ...]
    me_home: tuple[str, ...]
    passing: tuple[str, ...]
    nothing: tuple[str, ...]
    everyday: tuple[tuple[str, str], ...]
    """Sentences in which a village's bare name is an ordinary word: (village, sentence)."""
    outside_townships: dict[str, tuple[str, ...]] = field(default_factory=dict)
    elsewhere: tuple[str, ...] = ()
    choice: tuple[str, ...] = ("{a}还是{b}，没讲清，{x}",)
    stretch: tuple[str, ...] = ("从{a}到{b}的路烂了",)
    family: tuple[str, ...] = ("{h}的儿子打来的，老人在家摔了",)


YUE = Habit(
    code="GY", township="鹤塘镇", county="云新县", city="云浮市", lon=112.35, lat=22.61,
    villages=("鹤塘社区", "沙朗社区", "上滘村", "下滘村", "石埗村", "中和村", "新屋村", "横坑村", "古冈村", "龙寮村", "樟洞村", "水口村", "十里村", "陈村"),
    merged={"古冈村": ("岗尾村",), "樟洞村": ("坑口村", "大寮村")},
    hamlets=("塘边", "牛角岭", "大榕树", "旧祠堂", "井头", "沙梨园", "竹仔园", "担水坑", "凤凰咀", "鸡公山", "白石脚", "社坛", "木棉头", "官厅", "担杆坳", "秧地", "黄泥塱", "马山", "石狗", "南蛇塘"),
    surnames="陈梁黎区谭冯莫麦欧苏叶伍温甘邓卢", group="{v}第{n}经济社", said_groups=("{n}社", "{n}队", "第{n}经济社", "{d}队", "{n}经济社", "{d}社"),
    card="{c}-{v:02d}-{k:05d}", pole="10kV{s}线{m}号塔", pole_alias="{s}线{m}号", plate="{g}{d}号",
    titles=("{s}伯", "{s}婆", "肥{s}", "{s}师奶", "{s}叔", "高佬{s}"), home="屋企", estate="幸福新村", estate_plate="{e}{b}幢{u}梯{r}房", estate_cell="{e}{b}幢{u}梯",
    troubles=("条水管爆咗", "路灯成个礼拜都唔着", "冇水饮", "条坑渠塞咗", "有人乱倒垃圾", "行路好滑，差啲跌亲", "电线跌咗落嚟", "嘈到瞓唔着"),
    relations=("隔篱", "对面", "后尾", "门口", "侧边", "楼下"), negation=("唔系{a}，系{b}", "唔喺{a}，喺{b}", "唔好去{a}呀，系{b}"),
    correction=("{a}，讲错咗，系{b}", "{a}，唔啱，系{b}"), me_home=("我系{a}嘅，", "我屋企喺{a}，", "我住喺{a}，"),
    passing=("我喺{a}返工，", "从{a}饮茶返嚟，", "我户口喺{a}，"),
    nothing=("喂，听唔听到", "唔该晒你哋，上次搞得好好", "社保卡点样补办", "几时有得打疫苗", "路灯坏咗，快啲嚟整", "点解打极都冇人听", "12号嗰日我嚟过，话等通知", "影咗三组相发咗畀你哋"),
    everyday=(("新屋村", "起新屋要办咩手续"), ("中和村", "酸碱中和之后先可以排"), ("水口村", "个水口要点样申请先可以开"), ("十里村", "行咗十里路先到，太远啦")),
    outside_townships={"天新镇": ("东成村", "水湄村", "中和村"), "稔村镇": ("布茅村", "坝塘村"), "车岗镇": ("新屋村", "凤凰村", "岗头村")},
    elsewhere=("佛山市南海区桂城地铁站有人乱收费", "广州番禺嘅出租屋押金唔退", "云浮高铁站的士拒载"),
    choice=("{a}定系{b}，佢冇讲清楚，{x}", "唔知系{a}定{b}，{x}"), stretch=("由{a}到{b}嗰条路冧咗", "{a}同{b}之间条路崩咗"), family=("{h}个仔打嚟嘅，话佢老窦一个人喺屋企病咗", "{h}嘅老婆跌亲，要人送医院"),
)  # fmt: skip

LU = Habit(
    code="SD", township="柳寨镇", county="曹东县", city="菏泽市", lon=115.62, lat=35.22,
    villages=("柳寨社区", "前孟庄村", "后孟庄村", "孟楼村", "郝集村", "三官庙村", "大屯村", "小屯村", "建国村", "东风村", "苏庄村", "双庙村", "沟刘村", "石佛寺村", "杜胡同村"),
    merged={"孟楼村": ("聂庄村",), "郝集村": ("白衣阁村", "沙窝村")},
    hamlets=("东头", "西街", "南园子", "北大洼", "河涯", "二道沟", "老窑场", "官路口", "枣树行", "后坑", "前街", "槐树底", "戏台子", "粮库后", "奶奶庙", "苇子坑", "东场", "堤口", "洼里", "桥西"),
    surnames="孟郝聂苏杜刘仝付晁祝李王张魏庞靳", group="{v}{n}组", said_groups=("{n}组", "{n}队", "第{n}村民小组", "{d}组", "{d}队", "第{d}组", "{n}小队"),
    card="{c}{v:02d}{k:04d}", pole="10千伏{s}线#{m}杆", pole_alias="{s}#{m}", plate="{v}{d}号",
    titles=("{s}大爷", "{s}大娘", "老{s}头", "{s}二叔", "{s}会计", "瘸{s}"), home="家", estate="柳园小区", estate_plate="{e}{b}号楼{u}单元{r}", estate_cell="{e}{b}号楼{u}单元",
    troubles=("水管子崩了", "路灯好几天不明了", "没水吃", "下水道堵得死死的", "有人烧麦茬", "电线耷拉到地上咧", "那个坑深得很，骑车子掉进去了", "狗咬人"),
    relations=("对过", "屋后头", "东边", "西邻", "门口", "隔墙"), negation=("不是{a}，是{b}", "别去{a}，是{b}", "俺说的不是{a}，是{b}"),
    correction=("{a}，说错了，是{b}", "{a}，不对不对，{b}"), me_home=("俺是{a}的，", "俺家住{a}，", "俺在{a}住，"),
    passing=("俺在{a}上班，", "从{a}赶集回来，", "户口在{a}，"),
    nothing=("喂，听见不", "医保今年交多少钱", "上回的事办得中，谢谢恁", "孩子上学要啥手续", "路灯坏了快来修", "都打三次电话了咋没人管", "15号那天俺去过，说等信儿", "给恁发了两组照片"),
    everyday=(("建国村", "建国以来咱这都没修过这个渠"), ("东风村", "刮东风呛得睁不开眼，谁家烧麦茬"), ("大屯村", "囤了大屯粮食卖不出去")),
    outside_townships={"安才镇": ("刘寨村", "聂庄村", "大屯村"), "楼庄乡": ("建国村", "许楼村"), "普莲集镇": ("魏庄村", "沙窝村")},
    elsewhere=("济南市历下区那个物业不退钱", "菏泽火车站出租车绕路", "河南民权县化工厂味儿大"),
    choice=("{a}还是{b}，俺也弄不清，{x}", "{a}或者{b}，{x}"), stretch=("从{a}到{b}的路压坏了", "{a}和{b}中间那段路都是坑"), family=("{h}他儿打的，说老人在家犯病了", "{h}家里的摔着了，得送医院"),
)  # fmt: skip

WAN = Habit(
    code="AH", township="青埂镇", county="宛陵区", city="宣城市", lon=118.83, lat=30.95,
    villages=("青埂社区", "合兴村", "高圩村", "低圩村", "正兴村", "三里村", "张冲村", "杨渡村", "狮子村", "油坊村", "金牛村", "马山村"),
    merged={"高圩村": ("徐湾村",), "张冲村": ("大坦村", "梅冲村")},
    hamlets=("东埂", "西埂", "下屋", "姚家坦", "汪村", "老坝头", "大塘沿", "小河沿", "章家渡", "柿树棵", "窑头", "陶屋", "牌楼下", "庙墩", "圩心", "斗门口", "竹园里", "水碓", "井湾", "高田埂"),
    surnames="汪姚章徐梅陶丁程吴胡方阮殷施贡佘", group="{v}{h}组", said_groups=("{h}组", "{h}", "{h}队", "{h}村民组"),
    card="宛{v:02d}号{k:04d}", pole="{s}{m}号杆", pole_alias="{s}#{m}", plate="{h}{d}号",
    titles=("{s}大", "{s}老头", "{s}奶奶", "小{s}子", "{s}木匠", "{s}老师"), home="家", estate="安居苑", estate_plate="{e}{b}栋{u}单元{r}室", estate_cell="{e}{b}栋{u}单元",
    troubles=("自来水停得一天了", "路灯不亮", "塘埂塌掉一块", "电线挂到树上了", "垃圾没人拉，臭得很", "水沟堵死了", "路上有个大洞", "网不通"),
    relations=("隔壁", "对门", "后头", "门口", "边上", "东边"), negation=("不是{a}，是{b}", "不在{a}，在{b}", "莫搞成{a}，是{b}"),
    correction=("{a}，讲错了，是{b}", "{a}，哦不，{b}"), me_home=("我是{a}的，", "我家住{a}，", "家在{a}，"),
    passing=("我在{a}上班，", "从{a}买菜回来，", "户口在{a}，"),
    nothing=("喂，可听得到", "新农合今年几多钱", "上次的事搞得好，谢谢", "身份证到哪块补", "路灯坏了，来修下子", "打了3遍电话都没人来", "8号那天我来过", "发了三组图片可收到"),
    everyday=(("三里村", "走了三里路才有信号"), ("正兴村", "这两天正兴头上呢，别扫兴"), ("油坊村", "想开个油坊要办么证")),
    outside_townships={"沈渡镇": ("三里村", "花桥村"), "洪林乡": ("狮子村", "棋盘村"), "水阳镇": ("金牛村", "裘公村")},
    elsewhere=("合肥市蜀山区那个房东不退押金", "宣城高铁站停车乱收费", "浙江长兴县工地欠薪"),
    stretch=("从{a}到{b}的路塌掉了", "{a}和{b}之间的桥断了"), family=("{h}的儿子打电话讲，老头子一个人在家病了", "{h}家奶奶跌了，要人送卫生院"),
)  # fmt: skip

CHUAN = Habit(
    code="CQ", township="云盘街道", county="江坪县", city="重庆市", lon=107.21, lat=29.41,
    villages=("云盘社区", "桂花社区", "城西社区", "团坝村", "岩口村", "岩湾村", "白果村", "胜利村", "石桥村", "龙洞村", "尖山村", "凉风村", "平安村"),
    merged={"岩口村": ("新政村",), "龙洞村": ("大垭村", "响水村")},
    hamlets=("堰塘湾", "黄桷树", "老房子", "瓦子坪", "大石堡", "梨树坪", "坟坝", "高头院子", "坎脚", "碾盘", "柏林湾", "猫儿岩", "倒座", "斑竹林", "水井坎", "鱼洞子", "屋基塆", "杉树堡", "滥坝", "桥沟"),
    surnames="冉秦覃向田罗何熊代蒲谯税苟滕易舒", group="{v}{d}社", said_groups=("{n}社", "{d}社", "{n}组", "第{n}社", "{n}队", "{d}组"),
    card="{c}{v:03d}{k:03d}", pole="{s}支线{m:03d}号杆", pole_alias="{s}{m:03d}", plate="{g}{d}号",
    titles=("{s}幺爸", "{s}嬢嬢", "{s}老坎", "{s}驼背", "{s}三娃", "{s}校长"), home="屋头", estate="桂花苑", estate_plate="{e}{b}栋{u}单元{r}", estate_cell="{e}{b}栋{u}单元",
    troubles=("水管子爆了", "路灯黢黑的，几天没得亮", "停水两天了哦", "阴沟堵起了", "梭坡了，快点来人", "电杆歪起的，吓人得很", "渣渣堆成山了", "吵得睡不着瞌睡"),
    relations=("坎脚", "对门", "后头", "当门", "隔壁", "高头"), negation=("不是{a}，是{b}", "莫跑到{a}去了哈，是{b}", "不在{a}，在{b}"),
    correction=("{a}，说错了，是{b}", "{a}，不对，{b}"), me_home=("我是{a}的，", "我屋在{a}，", "我们住在{a}，"),
    passing=("我在{a}上班，", "从{a}赶场回来，", "户口在{a}，"),
    nothing=("喂，听得到不嘛", "医保今年好多钱", "上次那个事搞巴适了，谢谢哈", "社保卡啷个补", "路灯坏了，快点来修", "打了第3次电话了哈", "12号那天我来过，喊等到", "拍了两组图发给你们了"),
    everyday=(("胜利村", "祝你们工作胜利完成"), ("平安村", "祝你们全家平安"), ("石桥村", "想申请修座石桥要好多钱")),
    outside_townships={"磨溪镇": ("白果村", "双凤村"), "鸣玉乡": ("龙洞村", "明月村"), "兴隆镇": ("金花村", "石桥村")},
    elsewhere=("成都市武侯区那个房东不退押金", "贵州习水县工地欠钱", "重庆北站打车拒载"),
    choice=("{a}还是{b}，她没说清楚，{x}",), stretch=("从{a}到{b}那条路垮了", "{a}和{b}中间的桥断了"), family=("{h}的娃儿打来的，说他妈在屋头病了", "{h}屋头老人摔了，要送医院"),
)  # fmt: skip

HABITS = {habit.code: habit for habit in (YUE, LU, WAN, CHUAN)}


@dataclass
class Row:
    """One line of a generated gazetteer."""

    id: str
    parent: str
    level: str
    name: str
    aliases: str = ""
    lon: float = 0.0
    lat: float = 0.0


@dataclass
class Township:
    """A generated gazetteer with the lookups that messages are made from."""

    habit: Habit
    rows: list[Row]
    by_id: dict[str, Row]
    children: dict[str, list[Row]]

    def level(self, level: str) -> list[Row]:
        """List the rows of one level."""
        return [row for row in self.rows if row.level == level]

    def above(self, row: Row, level: str) -> Row | None:
        """Find the row of a level that holds another."""
        current: Row | None = row
        while current is not None and current.level != level:
            current = self.by_id.get(current.parent)
        return current

    def unit(self, row: Row) -> Row:
        """Find the cell, grid or village a row stands in."""
        return next(u for level in ("cell", "grid", "village") if (u := self.above(row, level)))

    def write(self, folder: Path) -> None:
        """Write gazetteer.csv and outside.csv."""
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / "gazetteer.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["id", "parent_id", "level", "name", "aliases", "lon", "lat"])
            writer.writerows(
                [r.id, r.parent, r.level, r.name, r.aliases, f"{r.lon:.6f}", f"{r.lat:.6f}"]
                for r in self.rows
            )
        with (folder / "outside.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["level", "name", "parent"])
            writer.writerow(["county", self.habit.county, ""])
            for township, villages in self.habit.outside_townships.items():
                writer.writerow(["township", township, self.habit.county])
                writer.writerows(["village", village, township] for village in villages)


def township_of(habit: Habit, seed: int = 1, households: int = 9) -> Township:
    """Build a township: the same seed, the same township."""
    rows = list(_rows(habit, Random(seed), households))
    by_id = {row.id: row for row in rows}
    children: dict[str, list[Row]] = {}
    for row in rows:
        children.setdefault(row.parent, []).append(row)
    return Township(habit, rows, by_id, children)


def bare(name: str) -> str:
    """Take the suffix off a village."""
    return name.removesuffix("社区").removesuffix("村") if len(name) > 2 else name


def person(habit: Habit, dice: Random) -> str:
    """Draw a name."""
    return dice.choice(habit.surnames) + "".join(dice.choices(GIVEN, k=dice.choice((1, 2, 2, 2))))


def _rows(habit: Habit, dice: Random, households: int) -> Iterator[Row]:
    yield Row(
        habit.code, "", "township", habit.township, bare(habit.township[:-1]), habit.lon, habit.lat
    )
    repeated = [person(habit, dice) + dice.choice(GIVEN) for _ in range(5)]
    repeated = [name[:3] for name in repeated if len(name) >= 3]
    hamlets = list(habit.hamlets)
    serial = 0
    for v, village in enumerate(habit.villages, start=1):
        lon = habit.lon + 0.022 * ((v - 1) % 4) + dice.uniform(-0.002, 0.002)
        lat = habit.lat + 0.022 * ((v - 1) // 4) + dice.uniform(-0.002, 0.002)
        vid = f"{habit.code}{v:02d}"
        former = habit.merged.get(village, ())
        yield Row(vid, habit.code, "village", village, "|".join(former), lon, lat)
        groups = 6 + (v * 7) % 5
        per_grid = 2 if v % 2 else 3
        for g in range(1, groups + 1):
            grid = f"{vid}W{(g - 1) // per_grid + 1}"
            if (g - 1) % per_grid == 0:
                n = (g - 1) // per_grid + 1
                yield Row(grid, vid, "grid", f"{village}第{NUMERALS[n]}网格", "", lon, lat)
            gid = f"{vid}Z{g:02d}"
            hamlet = hamlets[(v * 5 + g * 3) % len(hamlets)]
            name = habit.group.format(v=village, n=_written(g), d=g, h=hamlet)
            aliases = [] if "{h}" in habit.group else [hamlet]
            old = groups - g
            if former and old < 3:
                aliases.insert(0, f"原{former[0]}{NUMERALS[3 - old]}组")
            glon = lon + 0.003 * ((g - 1) % 3 - 1)
            glat = lat + 0.003 * ((g - 1) // 3 - 1)
            yield Row(gid, grid, "group", name, "|".join(aliases), glon, glat)
            for c in range(1, 3):
                cid = f"{gid}L{c}"
                clat = glat + 0.0007 * (c - 1)
                leader = ""
                people = []
                for h in range(1, households + 1):
                    serial += 1
                    head = (
                        dice.choice(repeated)
                        if repeated and dice.random() < 0.012
                        else person(habit, dice)
                    )
                    leader = leader or head
                    nick = (
                        dice.choice(habit.titles).format(s=head[0]) if dice.random() < 0.06 else ""
                    )
                    hid = f"{cid}H{h:02d}"
                    place = glon + 0.00012 * h, clat + dice.uniform(-0.00004, 0.00004)
                    people.append(Row(hid, cid, "household", head, nick, *place))
                    if dice.random() < 0.8:
                        plate = habit.plate.format(
                            v=village,
                            g=name,
                            h=village + hamlet,
                            d=(c - 1) * households + h
                            if "{v}" not in habit.plate
                            else g * 100 + (c - 1) * households + h,
                        )
                        people.append(Row(hid + "N", hid, "house_number", plate, "", *place))
                    if dice.random() < 0.6:
                        card = habit.card.format(c=habit.code, v=v, k=serial)
                        people.append(Row(hid + "K", hid, "card", card, "", *place))
                yield Row(
                    cid, gid, "cell", f"{name}第{NUMERALS[c]}联户", leader + "联户", glon, clat
                )
                yield from people
            for p in (1, 2):
                m = g * 10 + p
                pole = habit.pole.format(s=bare(village), m=m)
                yield Row(
                    f"{gid}P{p}",
                    gid,
                    "pole",
                    pole,
                    habit.pole_alias.format(s=bare(village), m=m),
                    glon,
                    glat + 0.0003 * p,
                )
        yield from _landmarks(habit, dice, vid, village, v, lon, lat)
    yield from _estate(habit, dice)


def _landmarks(
    habit: Habit, dice: Random, vid: str, village: str, v: int, lon: float, lat: float
) -> Iterator[Row]:
    short = bare(village)
    committee = "居委会" if village.endswith("社区") else "村委会"
    kinds = [(f"{short}{committee}", f"{village}{committee}|{committee}|党群服务中心")]
    if v % 2:
        kinds.append((f"{village}卫生室", "卫生室|村卫生室"))
    if v % 3 == 0:
        kinds.append((f"{short}小学", ""))
    if v % 4 == 1:
        kinds.append((f"{village}文化广场", "文化广场|健身广场"))
    singles = {
        1: (f"{habit.township}人民政府", "镇政府|政府大院"),
        2: (f"{habit.township[:-1]}卫生院", "卫生院"),
        3: ("老粮站", "粮站"),
        4: ("观音桥", ""),
        5: ("红砖厂", "砖厂"),
        6: ("农贸市场", "菜市场|街市"),
        7: ("敬老院", "养老院"),
        8: ("污水处理站", "污水站"),
        9: ("变电站", ""),
    }
    if v in singles:
        kinds.append(singles[v])
    for k, (name, aliases) in enumerate(kinds, start=1):
        g = dice.randint(1, 5)
        yield Row(
            f"{vid}M{k}", f"{vid}Z{g:02d}", "landmark", name, aliases, lon + 0.001, lat + 0.0012 * k
        )


def _estate(habit: Habit, dice: Random) -> Iterator[Row]:
    vid = f"{habit.code}01"
    grid, gid = f"{vid}W9", f"{vid}Z99"
    lon, lat = habit.lon - 0.01, habit.lat - 0.01
    yield Row(grid, vid, "grid", f"{habit.villages[0]}第九网格", "", lon, lat)
    yield Row(gid, grid, "group", habit.estate, "", lon, lat)
    for b in range(1, 5):
        for u in (1, 2):
            cid = f"{gid}B{b}U{u}"
            yield Row(
                cid,
                gid,
                "cell",
                habit.estate_cell.format(e=habit.estate, b=b, u=u),
                "",
                lon + b * 0.0004,
                lat + u * 0.0003,
            )
            for floor in (1, 2, 3):
                r = floor * 100 + 1
                hid = f"{cid}R{r}"
                place = lon + b * 0.0004, lat + u * 0.0003 + floor * 0.00002
                yield Row(hid, cid, "household", person(habit, dice), "", *place)
                yield Row(
                    hid + "N",
                    hid,
                    "house_number",
                    habit.estate_plate.format(e=habit.estate, b=b, u=u, r=r),
                    "",
                    *place,
                )


def _written(number: int) -> str:
    return NUMERALS[number] if number <= 10 else "十" + NUMERALS[number - 10]
