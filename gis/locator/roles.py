"""What each place in a sentence is there for: the trouble, the writer's home, the way, a mistake.

The sentence is rewritten with one mark per place, and patterns of words around the marks are tried:
不是 ① 是 ②, 我是 ① 的, 从 ① 到 ②. The patterns are habits of speech, region beside each.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import IntEnum

from gis.locator.mention import Kind, Mention
from gis.numerals import NUMERAL


class Rank(IntEnum):
    """How much a place counts as the place of the trouble."""

    NONE = -1  # an office that is to act, a hospital somebody is brought to
    AWAY = 0  # registered, working, or coming from there
    HOME = 1  # the writer's own place, or the caller's name
    PASSED = 2
    PLAIN = 3
    STATED = 4  # "what I mean is …"


@dataclass(slots=True)
class Phrase:
    """Mentions that stand together and fit together, and what they are there for."""

    mentions: list[Mention]
    rank: Rank = Rank.PLAIN
    negated: bool = False
    far: bool = False
    replaced: bool = False

    @property
    def start(self) -> int:
        """Where the phrase begins."""
        return self.mentions[0].start

    @property
    def end(self) -> int:
        """Where the phrase ends."""
        return self.mentions[-1].end

    @property
    def outside(self) -> bool:
        """Tell whether the phrase names a place outside the township."""
        return any(mention.kind is Kind.OUTSIDE for mention in self.mentions)

    @property
    def levels(self) -> frozenset[str]:
        """List the levels the phrase may mean."""
        return frozenset().union(*(mention.levels for mention in self.mentions))


@dataclass(slots=True)
class Roles:
    """The phrases of a text with their ranks, and which belong together."""

    phrases: list[Phrase]
    stretches: list[tuple[Phrase, Phrase]] = field(default_factory=list)
    choices: list[tuple[Phrase, Phrase]] = field(default_factory=list)


_FIRST_MARK = 0xE000
_MOST_MARKS = 6000
M = "[\ue000-\uf8ff]"
_MARK = re.compile(M)

_ME = "(?:我们|我哋|我地|我们家|俺们|俺|咱们|咱|阮|侬|我|本人|自己|其本人|(?<!尤)其|诉求人|来电人|反映人|投诉人|当事人)"
_DWELL = (
    "(?:现?居住在|现?居住于|现住在|现住|家住在|家住|住喺|住在|住到|住|家在|家是|家系|屋在|屋头在|屋里在|屋企喺|屋企系|"
    "屋企就喺|家就在|户口在|我人在|屋子在|老屋在)"
)

# 唔系, 唔喺 (Cantonese), 弗是, 勿是 (Wu), 别搞到, 莫去 (southwest, Hunan)
_NEGATIONS = (
    rf"(?<![是可还])(?:不是|不在|唔系喺|唔系|唔喺|不系|毋系|并非|弗是|勿是|冇喺|没在|莫去|莫跑|别去|别跑|唔好去|"
    rf"别搞到|莫搞成|不要派到|不要去|不要派|唔好派|非)(?:说|讲|指|到|我们|我哋|俺们|咱们|我|喺|在|去|那个|嗰个|这个)*({M}+)(?!吗|么|咩|嘛\?)",
    rf"(?:别|莫|唔好|不要|不用|勿|甭)(?:再)?(?:派|送|去|跑|走|搞|弄|报|写|当|来|嚟)(?:人|车)?(?:到|成|去|错)*({M}+)",
    rf"除(?:了|咗|去|开)?({M}+)(?:以外|之外|外)?",
)
_MISTAKES = (
    rf"({M}+)[,。的家屋嘅那边\s]{{0,4}}(?:哦|噢|啊|呃|唉|诶|欸|哎)?,?(?:讲错|说错|打错|写错|搞错|弄错|报错|记错|口误|"
    rf"不对|唔对|唔啱|错了|错咗|更正|纠正|哦不|噢不|啊不|不不|应为|应该是|应系|改为|改成)",
)
_AWAY = (
    rf"(?:户口|户籍|户籍地|籍贯|老家|娘家|原籍|祖籍|出生)(?:还|地|都)?(?:在|是|喺|系|为|,)?({M}+)",
    rf"(?:在|喺|去|到|往|系|响)({M}+)(?:上班|工作|打工|返工|做工|做事|教书|读书|念书|上学|返学|当兵|做生意|开会|办事|"
    rf"赶集|赶场|趁墟|趁圩|逛街|学习|旅游|治病|看病|住院|买菜|饮茶|开店|值班|出差|进货|培训)",
    rf"({M}+)(?:上班|工作|打工|教书|当老师)的",
    rf"({M}+)(?:的|嘅)(?:儿子|女儿|仔|女|孙子|亲戚|朋友|同学|老板|车|货车|司机|人)(?!家)(?:打|来|把|将|在|话|说|讲|跑|开|拉)",
    rf"(?:从|由|自|打|喺)({M}+)[^。,到至\ue000-\uf8ff]{{0,8}}?(?:回来|返来|返嚟|返屋企|返|回家|回去|回|过来|出来|下来|上来|过去|翻来|转来|"
    rf"出发|归来|转屋|来的|嚟)",
    rf"(?:往|朝|向|通往|通向|去往|开往|去)({M}+)(?:方向|那边走|嗰边行|走|开去|去)",
)
_VISITS = (
    rf"(?:来|到|去|嚟|回)({M}+)(?:走亲戚|走人家|探亲|探亲戚|做客|耍|玩|串门|拜年|吃酒|饮酒|吃席|送货|收货|送快递|收废品)",
)
_HOMES = (
    rf"{_ME}(?:们)?(?:村|家|屋|这边|呢边|那边)?(?:是|系|就是|都是|喺|{_DWELL}|来自)({M}+)",
    rf"{_DWELL}({M}+)",
    rf"{_ME}(?:在|喺|系|就在|就喺)({M}+)(?:这边|呢边|那边)?(?:居住|住|落户|安家)",
    rf"{_ME}({M}+)(?:的|嘅|人|村民|居民)(?=[,。]|$)",
    rf"(?:本人|我)(?:,)?({M}+)(?:人|村民|居民|群众)",
)
_CALLERS = (
    r"(?:来电人|反映人|投诉人|诉求人|联系人|举报人|经办人|记录人|网格员|巡查员|登记人|报告人|采集人|派单员|护林员|村医|"
    rf"受理人|值班员|填报人|村干部|驻村干部|第一书记|支书|村支书|主任|村主任|网格长|小组长|组长|队长)(?:是|为|系|,|叫)?({M})",
    rf"({M})(?:网格员|村医|护林员|派单员)(?:报|反映|上报|来)",
)
_PASSED = (
    rf"(?:路过|经过|途经|途径|行经|行过|走过|开过|经|坐车过|骑车过|揸车经过)({M}+)",
    rf"(?:去|到|往|回)({M}+)的(?:路上|半路|路|途中)",
)
_SENT = (
    rf"(?:送|送去|送到|送往|送佢去|拉去|背到|抬到|转到|转去|转院到|送我去|接到|带到|带去|搭佢去|送佢到)({M}+)",
    r"(?:喊|叫|请|麻烦|让|联系|通知|找过|找|打给|报给|报告给|报告|报了|问过|问|投诉到|反映到|反映给|打电话给|去过|"
    rf"向|跟|给|同|等|望)({M}+)(?:的|嘅)?(?:人|领导|干部|工作人员|师傅|同志|老师|医生|派人|派|来|反映|说|讲|处理|管|帮|解决|打|"
    rf"报|核实|安排|协调|出面|上门|过来|嚟|睇)",
    rf"(?:联系|通知|找|找过|问过|去过|反映到|反映给|投诉到|报给|打给|报告)({M}+)(?=[,。了几多好都也]|$)",
    rf"({M}+)(?:的|嘅)?(?:人|领导|干部|工作人员|师傅|同志|书记|主任)(?:都|又|也)?(?:来|说|讲|不|没|冇|唔|未|推|让|叫|喊|话)",
    rf"({M}+)(?:都|又|也|一直|从来)?(?:不管|没人管|唔理|冇人理|不理|不处理|没来人|推给|推来推去|说不归|说不是|不给办)",
    rf"(?:你们?是|你哋系|恁是|是不是|系咪|请问是|这里是|呢度系)({M}+)(?:吗|么|嘛|不|咩|啵|吧|哇)",
    rf"({M}+)(?:的|嘅)?(?:电话|号码)(?:是|系)?(?:多少|几多|好多|几号|咩)",
    rf"({M}+)几(?:点|号|时|多点)(?:上班|开门|开学|下班|放假|返工)",
    rf"(?:请|让|叫|要求|望|责成|转)({M}+)(?:尽快|及时|核实|组织|负责|牵头|协助|跟进|派|安排)",
    rf"({M}+)(?:关于|转来|转办|来函|发文|通知|答复|回复)",
    rf"(?:去|到|喺|在|找|来|嚟)({M}+)(?:办|开证明|盖章|交费|缴费|领|取|拿药|检查|报销|打针|挂号)",
)
_STATED = (
    r"(?:我说的是|我讲的是|说的是|讲的是|讲嘅系|我讲嘅系|我话嘅系|指的是|反映的是|出事地点|事发地点|事发地|"
    rf"具体在|具体位置|具体地址|出事的是|坏的是|实际是|实际在)(?:是|在|系|喺|为|,)?({M}+)",
)
_AGENTS = (
    rf"({M}+)(?:的|嘅)(?:人|工人|学生|老板|师傅|司机|货车|车|车子|老师|牛|羊|狗|猪|鸡|水|废水|村民)[^。,\ue000-\uf8ff]{{0,4}}"
    rf"(?:在|喺|到|去|来|往|把|将|跑|流|冲)[^。,\ue000-\uf8ff]{{0,2}}({M}+)",
    rf"({M}+)[^。,\ue000-\uf8ff]{{0,6}}(?:把|将)({M}+)",
)
_MOVED = (
    rf"({M}+)[^。,\ue000-\uf8ff]{{0,10}}(?:跑到|跑去|跑进|跑咗去|走到|走去|来到|窜到|溜到|流到|流进|冲到|冲进|滚到|漫到|淹到|"
    rf"占到|行到|扔到|倒到|堆到|飞到|飞进|钻到|钻进|搬到|嫁到|排到|排进|拖到|牵到|放到)({M}+)",
)
_FAR = (
    rf"(?:离|距离|距|隔|离开)({M}+)[^。,\ue000-\uf8ff]{{0,8}}?(?:{NUMERAL}(?:多|来|几|点\d)?(?:公里|千米|里路|里地|里|km|百米|百多米)|\d{{3,5}}(?:多|来)?米)",
    rf"({M}+)[^。,\ue000-\uf8ff]{{0,4}}(?:往|向|朝|再往)?[东西南北前里上下后]{{1,2}}[^。,\ue000-\uf8ff]{{0,3}}{NUMERAL}(?:多|来|几)?(?:公里|千米|里路|里地|里远|km)",
    rf"({M}+)[^。,\ue000-\uf8ff]{{0,6}}(?:出去|过去|往前|再往前|外面|开外)[^。,\ue000-\uf8ff]{{0,4}}{NUMERAL}(?:多|来|几)?(?:公里|千米|里路|里地|km)",
)
_LINK = r"(?:的|嘅|那边|嗰边|这边|路口|村口|口|家|屋|屋企|门口|那里|这里|那头|街上|出来|出发|这头)?"
_STRETCHES = (
    rf"({M}+){_LINK}(?:一直)?(?:到|至|去|通往|通到|行到|往|连接|-|—|~|→)({M}+)",
    rf"({M}+){_LINK}(?:和|与|跟|同|及|、|,)({M}+){_LINK}(?:两家|两个?组|两个?村|两边|两户)?的?(?:之间|中间|交界|当中|中央|夹缝|相邻|"
    rf"接壤|共用|合用|连接|搭界|分界|界线|隔界)",
)
_BOTH_GROUPS = (rf"({M})(?:、|和|与|跟|同|及|还有)({M})",)
_CHOICES = (
    rf"({M}+)[^。,\ue000-\uf8ff]{{0,5}},?(?:还是|或者是|或者|或是|抑或|定系|定是|定|亦或|要么)[^。,\ue000-\uf8ff]{{0,3}}({M}+)",
)

_PATTERNS = {
    Rank.STATED: _STATED,
    Rank.NONE: _SENT,
    Rank.AWAY: _AWAY,
    Rank.HOME: (*_HOMES, *_CALLERS, *_VISITS),
    Rank.PASSED: _PASSED,
}


def roles_of(text: str, phrases: list[Phrase]) -> Roles:
    """Rank the phrases of a text by the words around them."""
    phrases = phrases[:_MOST_MARKS]
    sketch, at = _sketch(text, phrases)
    roles = Roles(phrases)
    for pattern in _NEGATIONS:
        for match in re.finditer(pattern, sketch):
            _each(at, match[1], "negated")
    for pattern in _FAR:
        for match in re.finditer(pattern, sketch):
            _each(at, match[1], "far")
    _rank(sketch, at)
    roles.stretches = _pairs(_STRETCHES, sketch, at)
    roles.stretches += [
        (first, second)
        for first, second in _pairs(_BOTH_GROUPS, sketch, at)
        if _ends_in_group(first) and _ends_in_group(second) and len(second.mentions) == 1
    ]
    roles.choices = _pairs(_CHOICES, sketch, at)
    for first, second in roles.stretches:
        first.rank = second.rank = max(first.rank, second.rank)
    _prefer_stated_village(phrases)
    for pattern in _MISTAKES:
        for match in re.finditer(pattern, sketch):
            if _MARK.search(sketch, match.end()):
                _each(at, match[1], "replaced")
    return roles


def _prefer_stated_village(phrases: list[Phrase]) -> None:
    """After 我说的是龙塘的, other villages step back, but not the hamlet that was said before."""
    for phrase in phrases:
        if phrase.rank is Rank.STATED and phrase.levels == {"village"}:
            phrase.rank = Rank.PLAIN
            for other in phrases:
                if other is not phrase and other.levels == {"village"}:
                    other.rank = min(other.rank, Rank.PASSED)


def _sketch(text: str, phrases: list[Phrase]) -> tuple[str, dict[str, Phrase]]:
    pieces: list[str] = []
    marks: dict[str, Phrase] = {}
    done = 0
    for number, phrase in enumerate(phrases):
        mark = chr(_FIRST_MARK + number)
        marks[mark] = phrase
        pieces += [_without_marks(text[done : phrase.start]), mark]
        done = phrase.end
    pieces.append(_without_marks(text[done:]))
    return "".join(pieces), marks


def _without_marks(text: str) -> str:
    """Private-use characters of the writer's must not be taken for our marks."""
    return _MARK.sub(" ", text)


def _each(at: dict[str, Phrase], marks: str, flag: str) -> None:
    for mark in marks:
        setattr(at[mark], flag, True)


def _rank(sketch: str, at: dict[str, Phrase]) -> None:
    settled: set[str] = set()
    for rank, patterns in _PATTERNS.items():
        for pattern in patterns:
            for match in re.finditer(pattern, sketch):
                for mark in match[1]:
                    phrase = at[mark]
                    if mark not in settled and _may(rank, pattern, phrase):
                        phrase.rank = rank
                        settled.add(mark)
                    elif rank is Rank.NONE and phrase.levels <= {"village", "township"}:
                        phrase.rank = Rank.AWAY
    for pattern in (*_MOVED, *_AGENTS):
        for match in re.finditer(pattern, sketch):
            for mark in match[1]:
                at[mark].rank = min(at[mark].rank, Rank.HOME)


def _may(rank: Rank, pattern: str, phrase: Phrase) -> bool:
    """Only buildings are asked to act or visited by ambulance; only people call."""
    if rank is Rank.NONE:
        return phrase.levels <= {"landmark"} and bool(phrase.levels)
    if pattern in _CALLERS:
        return phrase.levels <= {"household"} and bool(phrase.levels)
    return True


def _ends_in_group(phrase: Phrase) -> bool:
    return phrase.mentions[-1].kind is Kind.GROUP


def _pairs(
    patterns: tuple[str, ...], sketch: str, at: dict[str, Phrase]
) -> list[tuple[Phrase, Phrase]]:
    found = []
    for pattern in patterns:
        for match in re.finditer(pattern, sketch):
            first, second = at[match[1][-1]], at[match[2][0]]
            if not (first.negated or second.negated):
                found.append((first, second))
    return found
