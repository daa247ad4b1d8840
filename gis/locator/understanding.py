"""From a sentence to the spots it is about, in the order of what a careful listener would do.

Words that name places are found, put into phrases, and ranked by what they are there for; what is
negated, corrected or merely passed through steps back; what is left is joined where it fits.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from gis.locator.assembly import Assembly
from gis.locator.listening import Listener
from gis.locator.mention import Kind, Mention
from gis.locator.mentions import MentionFinder
from gis.locator.outside import OutsideMention, OutsideNames, followed_by_facility
from gis.locator.roles import Phrase, Rank, Roles, roles_of
from gis.locator.spots import Narrower, Spot
from gis.locator.tree import Tree
from gis.normalise import Reading

_JOINT = re.compile(
    r"(?:的|嘅|村民|居民|民|那边的?|这边的?|嗰边嘅?|里面的?|里头的?|那里的?|[()]|下辖的?|辖区的?|下面的?|那个|嗰个|"
    r"原来的|原来|原|老|旧|门牌号?|住址|户主,?|姓名,?|的?住户|村委会|村委|生产队|第)*"
)
_OWN_HOME = re.compile("家里|屋头|屋里|老家|我屋|我家|屋企|家中|老屋")
_MOST_MENTIONS = 40
_UNKNOWN_VILLAGE = re.compile(
    r"([㐀-鿿]{2,4}?(?:村|社区))(?!委|民|口|里|头|上|长|支|干|医|道|级|服务|居|矫|工作|电|医)"
)
_NO_NAME = re.compile(
    "[我你他她咱俺本全该这那哪各每两外邻同农山城乡个们的了在到]|行政|自然|合并|隔壁|社区村|中心"
)
_SEPARATES = re.compile("[。,]")


@dataclass(slots=True)
class Understanding:
    """What a text says about places."""

    spots: list[Spot] = field(default_factory=list)
    outside: str = ""
    roles: Roles | None = None
    mentions: list[Mention] = field(default_factory=list)
    unknown: str = ""
    unlisted: str = ""


class Reader:
    """Understands texts about one township."""

    def __init__(self, tree: Tree, outside: OutsideNames) -> None:
        self._tree = tree
        self._outside = outside
        self._finder = MentionFinder(tree, outside)
        self._listener = Listener(tree)
        self.names = self._finder.lexicon.names

    def understand(self, reading: Reading, home: int | None) -> Understanding:
        """
        Find the spots of a text.

        Parameters
        ----------
        home
            The village the writer's number is registered in, to fill in what the text leaves out.
        """
        mentions = _first_said(self._finder.find(reading))
        mentions, foreign, unlisted = self._without_foreign(mentions, reading)
        mentions, unknown = _without_unknown(mentions, reading)
        phrases = self._phrases(mentions, reading)
        roles = roles_of(reading.text, phrases)
        found = Understanding(roles=roles, mentions=mentions, unlisted=unlisted, unknown=unknown)
        self._apply_corrections(roles)
        local = [p for p in roles.phrases if not p.outside and not p.negated and not p.replaced]
        away = [p for p in roles.phrases if p.outside and not p.negated and not p.replaced]
        found.outside = self._outside_wins(local, away, foreign, reading)
        if found.outside:
            return found
        narrower = Narrower(self._tree, self.names, reading.text)
        found.spots = Assembly(self._tree, narrower, roles, local, reading, home=home).spots()
        for spot in found.spots:
            self._listen(spot, reading, mentions)
        found.spots = self._settle(found.spots)
        return found

    def _without_foreign(
        self, mentions: list[Mention], reading: Reading
    ) -> tuple[list[Mention], str, str]:
        """
        Drop the township's own upper divisions, and local names that an outside name claims.

        Returns the mentions left, the outside name a bare county town stands for, and a township
        that no list knows.
        """
        text = reading.text
        unlisted = self._unlisted(mentions, text)
        kept: list[Mention] = []
        claimed_until = -1
        chain: list[Mention] = []
        for at, mention in enumerate(mentions):
            if mention.kind is Kind.OUTSIDE:
                chain = [*chain, mention] if chain and chain[-1].end == mention.start else [mention]
                follower = mentions[at + 1] if at + 1 < len(mentions) else None
                if (
                    follower is not None
                    and follower.kind is Kind.OUTSIDE
                    and follower.start == mention.end
                ):
                    continue
                if self._is_prefix(chain, follower, text):
                    continue
                kept.append(mention)
                claimed_until = self._clause_end(text, mention.end)
                continue
            if mention.start < claimed_until and not self._clear_of(chain, mention, text):
                continue
            kept.append(mention)
        if unlisted:
            start, end, name = unlisted
            kept = [m for m in kept if not (start <= m.start < self._clause_end(text, end))]
            return kept, "", name
        seat = self._outside.county_seat_in(text)
        if seat is not None and not any(m.start <= seat[0] < m.end for m in kept):
            return kept, seat[2], ""
        return kept, "", ""

    def _unlisted(self, mentions: list[Mention], text: str) -> tuple[int, int, str] | None:
        for start, end, name in self._outside.unlisted_in(text):
            taken = any(m.start < end - 1 and m.end > start for m in mentions)
            if not taken and re.match(
                r"[㐀-鿿]{0,5}?(?:村|社区|组|街|政府|卫生院|中学|小学)", text[end:]
            ):
                return start, end, name
        return None

    def _is_prefix(self, chain: list[Mention], follower: Mention | None, text: str) -> bool:
        """Tell whether province, city and county merely stand in front of a local address."""
        names = [m.outside for m in chain if m.outside is not None]
        if any(name.level in ("township", "village") for name in names):
            return False
        adjacent = (
            follower is not None
            and follower.kind is not Kind.OUTSIDE
            and re.fullmatch("的|嘅|市|,|区|县", text[chain[-1].end : follower.start] or "的")
            is not None
        )
        if all(name.own for name in names) or self._own_county_last(names):
            seat = followed_by_facility(text, chain[-1].end)
            return not seat or (
                adjacent and bool(follower and follower.levels & {"township", "village"})
            )
        unknown = not self._outside.own_known or (
            not self._outside.own_upper_known and all(n.level != "county" for n in names)
        )
        return unknown and adjacent and bool(follower and "township" in follower.levels)

    def _own_county_last(self, names: Sequence[OutsideMention]) -> bool:
        """Tell whether the chain ends in the own county, whose province the lists may not know."""
        return names[-1].own and names[-1].level == "county" and not self._outside.own_upper_known

    def _clause_end(self, text: str, at: int) -> int:
        match = _SEPARATES.search(text, at)
        return match.start() if match else len(text)

    def _clear_of(self, chain: list[Mention], mention: Mention, text: str) -> bool:
        """Tell whether a local place further on in the clause stands for itself: 从煎茶到上坝."""
        between = text[chain[-1].end : mention.start] if chain else ""
        return re.search("到|至|来|回|过来|在|住|往|去|跑|拉", between) is not None

    def _phrases(self, mentions: list[Mention], reading: Reading) -> list[Phrase]:
        phrases: list[Phrase] = []
        for mention in mentions:
            last = phrases[-1] if phrases else None
            if last is not None and self._joins(last, mention, reading.text):
                last.mentions.append(mention)
            else:
                phrases.append(Phrase([mention]))
        return [p for p in phrases if not self._stray_door(p, reading.text)]

    def _stray_door(self, phrase: Phrase, text: str) -> bool:
        """Tell whether a number stands too far from any place to be its door: 陈屋巷8号."""
        alone = len(phrase.mentions) == 1 and phrase.mentions[0].kind is Kind.PLATE
        return alone and "门牌" not in text[phrase.start : phrase.end]

    def _joins(self, phrase: Phrase, mention: Mention, text: str) -> bool:
        if phrase.outside or mention.kind is Kind.OUTSIDE:
            return phrase.outside and mention.kind is Kind.OUTSIDE and phrase.end == mention.start
        between = text[phrase.end : mention.start]
        doors = {Kind.PLATE, Kind.BUILDING}
        if len(between) <= 8 and (mention.kind in doors or phrase.mentions[-1].kind in doors):
            return re.fullmatch(rf"[,]?{_JOINT.pattern}[,]?", between) is not None
        if not (len(between) <= 8 and _JOINT.fullmatch(between)):
            return False
        return all(
            other.kind in doors or self._tree.fitting(mention.targets, other.targets)
            for other in phrase.mentions
        ) or (mention.kind is Kind.GROUP and not _has_number(phrase))

    def _apply_corrections(self, roles: Roles) -> None:
        """After 不对 or 讲错, the new words replace old ones of their own level; the rest stays."""
        for at, phrase in enumerate(roles.phrases):
            later = roles.phrases[at + 1 :]
            if not phrase.replaced or not later:
                continue
            newest = min(_coarsest(p) for p in later)
            kept = [m for m in phrase.mentions if _coarseness(m) < newest]
            if kept:
                phrase.mentions, phrase.replaced = kept, False

    def _outside_wins(
        self, local: list[Phrase], away: list[Phrase], foreign: str, reading: Reading
    ) -> str:
        """Name the outside place if the trouble is there; else give nothing."""
        here = [p for p in local if p.levels - {"township"} or _has_number(p)]
        best_here = max((p.rank for p in here), default=Rank.NONE)
        best_away = max((p.rank for p in away), default=Rank.NONE)
        if not away:
            return (
                foreign
                if foreign and best_here < Rank.PASSED and not _OWN_HOME.search(reading.text)
                else ""
            )
        if best_here >= Rank.PLAIN or (here and best_here >= best_away):
            return ""
        if best_away <= Rank.HOME and (here or _OWN_HOME.search(reading.text)):
            return ""
        named = next(p for p in away if p.rank is best_away)
        return reading.quoted(named.start, named.end)

    def _listen(self, spot: Spot, reading: Reading, mentions: Sequence[Mention]) -> None:
        """Refine a group or village by a head whose name only sounds like one there."""
        if len(spot.leaves) != 1 or self._tree.level(spot.leaves[0]) not in ("group", "village"):
            return
        free = [True] * len(reading.text)
        for mention in mentions:
            in_conflict = any(mention is other for other in spot.conflicts)
            if not in_conflict:
                free[mention.start : mention.end] = [False] * (mention.end - mention.start)
        heard = self._listener.heard_in(reading, free, spot.leaves[0])
        if any(self._same_village(spot, mention) for mention in spot.conflicts):
            return
        if len(heard) == 1 or (heard and len({self._tree.unit(h) for h in heard}) == 1):
            spot.leaves, spot.heard = heard, True
            spot.conflicts = []

    def _same_village(self, spot: Spot, mention: Mention) -> bool:
        """Tell whether somebody of exactly that name lives in the same village: then ask."""
        village = self._tree.above(spot.leaves[0], "village")
        return any(village in self._tree.chain(number) for number in mention.targets)

    def _settle(self, spots: list[Spot]) -> list[Spot]:
        """Turn what still contradicts a spot into a spot of its own."""
        settled = list(spots)
        for spot in spots:
            settled.extend(Spot([m], sorted(m.targets)) for m in spot.conflicts if m.targets)
        return settled


def _without_unknown(mentions: list[Mention], reading: Reading) -> tuple[list[Mention], str]:
    """
    Find a village no list knows, and drop the group number that belongs to it.

    Its third group is not the third group of the reporter's village.
    """
    taken = [(m.start, m.end) for m in mentions]
    ends = {end for _, end in taken}
    for match in _UNKNOWN_VILLAGE.finditer(reading.text):
        start, end = match.span(1)
        begins = start == 0 or reading.text[start - 1] in ",。:(在到去从住" or start in ends
        if not begins or _NO_NAME.search(match[1]) or any(a < end and start < b for a, b in taken):
            continue
        kept = [m for m in mentions if m.kind is not Kind.GROUP or m.start != end]
        return kept, reading.quoted(start, end)
    return mentions, ""


def _first_said(mentions: list[Mention]) -> list[Mention]:
    """Keep the beginning of what names hundreds of places: nobody means them all."""
    return mentions[:_MOST_MENTIONS]


def _has_number(phrase: Phrase) -> bool:
    return any(m.kind is not Kind.NAME and m.kind is not Kind.OUTSIDE for m in phrase.mentions)


_COARSENESS = {
    "township": 0,
    "village": 1,
    "grid": 2,
    "group": 2,
    "landmark": 3,
    "pole": 3,
    "cell": 3,
}


def _coarseness(mention: Mention) -> int:
    if mention.kind in (Kind.PLATE, Kind.BUILDING):
        return 4
    return min((_COARSENESS.get(level, 4) for level in mention.levels), default=4)


def _coarsest(phrase: Phrase) -> int:
    return min((_coarseness(m) for m in phrase.mentions), default=4)
