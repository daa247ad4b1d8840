"""Which turns from edge to edge are forbidden? From the file's turn rules and barriers."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

from halfhour.vocabulary import TravelMode
from routing.arcs import Ban
from routing.drawn_roads import DrawnRoads, TurnRule
from routing.speeds import MODES
from routing.street_graph import Street


def bans_of(drawn: DrawnRoads, streets: Sequence[Street]) -> list[Ban]:
    """
    Turn rules between ways into bans between arcs; rules that fit no single junction are counted.

    At a barrier nothing goes on for the modes it stops, except back the way one came, so that
    doors on both sides are still reached.
    """
    concerned = {rule.via_point for rule in drawn.turn_rules} | set(drawn.barriers)
    leaving = _leaving(streets, concerned)
    bans = set(_at_barriers(drawn, leaving))
    for rule in drawn.turn_rules:
        bans.update(_of_rule(rule, leaving[rule.via_point], streets, drawn.ignored))
    return sorted(bans)


def _leaving(streets: Sequence[Street], concerned: set[int]) -> dict[int, list[int]]:
    """List the arcs that leave each point concerned; the arc that arrives is that number xor 1."""
    leaving: dict[int, list[int]] = defaultdict(list)
    for edge, street in enumerate(streets):
        if street.start in concerned:
            leaving[street.start].append(2 * edge)
        if street.end in concerned:
            leaving[street.end].append(2 * edge + 1)
    return leaving


def _at_barriers(drawn: DrawnRoads, leaving: dict[int, list[int]]) -> Iterator[Ban]:
    for point, modes in drawn.barriers.items():
        for arriving in leaving[point]:
            for exit_arc in leaving[point]:
                if exit_arc != arriving:
                    yield Ban(arriving ^ 1, exit_arc, _bits(modes))


def _of_rule(
    rule: TurnRule, leaving: list[int], streets: Sequence[Street], ignored: Counter[str]
) -> Iterator[Ban]:
    into = [arc ^ 1 for arc in leaving if rule.from_way in streets[arc // 2].ways]
    out_of = [arc for arc in leaving if rule.to_way in streets[arc // 2].ways]
    into = [arc for arc in into if _goes(streets, arc, rule.modes)]
    out_of = [arc for arc in out_of if _goes(streets, arc, rule.modes)]
    if len(into) != 1 or len(out_of) != 1:
        ignored["turn rules that fit no single junction"] += 1
        return
    if not rule.is_only:
        yield Ban(into[0], out_of[0], _bits(rule.modes))
        return
    for arc in leaving:
        if arc != out_of[0]:
            yield Ban(into[0], arc, _bits(rule.modes))


def _goes(streets: Sequence[Street], arc: int, modes: Iterable[TravelMode]) -> bool:
    profile = streets[arc // 2].profile
    kph = profile.backward_kph if arc % 2 else profile.forward_kph
    return any(kph[MODES.index(mode)] for mode in modes)


def _bits(modes: Iterable[TravelMode]) -> int:
    return sum(1 << MODES.index(mode) for mode in modes)
