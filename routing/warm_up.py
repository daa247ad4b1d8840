"""Compile everything once at set-up, so that the first request does not wait.

The machine code stays on disk beside the modules; running this again takes a second. It drives a
tiny network through the same public functions a request uses, so nothing is forgotten.
"""

from __future__ import annotations

from halfhour.places import LonLat
from halfhour.vocabulary import TravelMode
from routing.drawn_roads import DrawnRoad, DrawnRoads
from routing.network import StreetNetwork
from routing.network_building import network_of
from routing.profiles import profile_of
from routing.service_area import service_area
from routing.travel_time import Roads


def warm_up() -> None:
    """Compile, or load from disk, all machine code of the routing engine."""
    network = StreetNetwork.from_bytes(_crossing().to_bytes())
    roads = Roads(network)
    places = [LonLat(106.001, 26.0), LonLat(106.0, 26.001), LonLat(106.002, 26.0)]
    mode = TravelMode.MOTORCYCLE
    roads.seconds_to(places, places[0], mode=mode)
    roads.seconds_from(places[0], places, mode=mode)
    roads.matrix(places, places, mode=mode)
    roads.nearest(places, places[0], mode=mode, k=2, limit_s=1800)
    roads.route(places[0], places[1], mode=mode)
    roads.with_closed([0])
    service_area(roads, places[:1], minutes=1, mode=mode)


def _crossing() -> StreetNetwork:
    """Build four short roads that meet."""
    profile = profile_of({"highway": "residential"})
    if profile is None:
        raise AssertionError("a residential street is a road")
    drawn = DrawnRoads()
    drawn.places = {
        0: (106.0, 26.0),
        1: (106.003, 26.0),
        2: (106.0, 26.003),
        3: (105.997, 26.0),
        4: (106.0, 25.997),
    }
    drawn.roads = [DrawnRoad(arm, "", (0, arm), profile) for arm in (1, 2, 3, 4)]
    return network_of(drawn)


if __name__ == "__main__":
    warm_up()
