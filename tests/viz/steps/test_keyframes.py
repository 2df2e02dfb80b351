"""CSS keyframes of figures that play by themselves."""

import re

import pytest

from viz.steps.keyframes import Player


@pytest.fixture
def player() -> Player:
    return Player("s1", frames=4, seconds=2.0, pause=2.0)


def test_a_part_that_is_there_from_the_start_does_not_play(player: Player) -> None:
    assert player.duration == 10.0
    assert player.fade(0, {"opacity": "0"}, {"opacity": "1"}) == ""
    assert player.class_of([""], {}) == "k0"
    assert "animation" not in player.css()


def test_a_fade_starts_with_its_frame(player: Player) -> None:
    player.class_of([player.fade(2, {"opacity": "0"}, {"opacity": "1"})], {})
    assert "@keyframes s1-0{0%,40%{opacity:0}42.5%,100%{opacity:1}}" in player.css()
    assert ".s1 .k0{animation:s1-0 10s linear infinite}" in player.css()


def test_looks_change_at_their_frames_only(player: Player) -> None:
    name = player.looks({"color": c} for c in ("red", "red", "blue", "red", "red"))
    player.class_of([name], {"color": "red"})
    sheet = player.css()
    assert "{0%{color:red}40%{color:blue}60%{color:red}100%{color:red}}" in sheet
    assert "step-end infinite" in sheet


def test_equal_parts_share_a_class(player: Player) -> None:
    fade = player.fade(1, {"opacity": "0"}, {"opacity": "1"})
    assert player.fade(1, {"opacity": "0"}, {"opacity": "1"}) == fade
    assert player.class_of([fade], {}) == player.class_of([fade], {})
    assert player.css().count("@keyframes") == 1


def test_the_end_state_needs_no_animation(player: Player) -> None:
    name = player.looks({"opacity": str(i)} for i in range(5))
    player.class_of([name], {"opacity": "4"})
    still, moving = re.split(r"@media \(prefers-reduced-motion:no-preference\)", player.css())
    assert still.strip() == ".s1 .k0{opacity:4}"
    assert "animation" in moving
