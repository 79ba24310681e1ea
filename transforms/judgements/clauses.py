"""How requests and what became of them read, by type of edit."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Clauses:
    """Phrasings for one type of edit. In clauses about what one sees, `{place}` says where, `{at}` only if needed.

    Attributes:
        ask: infinitive without "to".
        done: seen where the edit was carried out.
        partly: seen where only a part of it was.
        undone: true of the picture when nothing of it was.
        already: true of the source when the request was met before.
        backwards: seen when source and edited image stand in each other's place.
    """

    ask: tuple[str, ...]
    done: tuple[str, ...]
    partly: tuple[str, ...]
    undone: tuple[str, ...]
    already: tuple[str, ...]
    backwards: tuple[str, ...]


GENERIC = Clauses(
    ask=("change {the}", "make a change to {the}"),
    done=(
        "{the} {at} {has} (changed|been changed) as requested",
        "the requested change to {the} (can be seen|shows|is there) {place}",
    ),
    partly=("{the} {at} {has} (changed|been changed), but only (part|some) of the way",),
    undone=("{the} {has} not been changed as requested", "{the} {does} not show the requested change"),
    already=("{the} {is} already as the instruction wants in the source",),
    backwards=("{the} {at} {has} lost (just|exactly) what the (instruction|request) calls for",),
)
_WHOLE_PICTURE = Clauses(
    ask=(
        "make the (whole |entire |)(picture|image|frame) {value}",
        "(have|let) the (whole |entire |)(picture|image|frame) become {value}",
    ),
    done=(
        "the (whole|entire) picture (is now|has become) {value}",
        "the picture as a whole (has become|is now|comes out) {value}",
        "(throughout|from edge to edge|everywhere), the picture (is now|has become) {value}",
    ),
    partly=(
        "the (picture|image) has become {value} only in part",
        "the (picture|image) (goes|has gone) only (part|some) of the way to being {value}",
    ),
    undone=("{the} has not become {value}", "{the} is (not|anything but) {value}"),
    already=("the source (is already|was) {value}( before any edit|)",),
    backwards=("the source was {value}, and the edited (image|picture) no longer is",),
)

CLAUSES: dict[str, Clauses] = {
    "color_alter": Clauses(
        ask=(
            "(turn|paint|make|colour) {the} {value}",
            "(change|switch) the colour of {the} to {value}",
            "(have|let) {the} become {value}",
        ),
        done=(
            "{the} {at} {is} now {value}",
            "{the} {at} {has} (turned|become|gone) {value}",
            "the colour of {the} {at} (is now|has become|has changed to) {value}",
            "{value} is (now |)the (new |)colour of {the} {at}",
        ),
        partly=(
            "{the} {at} {has} (turned|become) {value} only in part",
            "{the} {at} {goes} only (some|part) of the way to {value}",
            "the colour of {the} {at} (stops|ends) (short of|on the way to) {value}",
        ),
        undone=(
            "{the} {has} not (turned|become) {value}",
            "{the} {keeps} {its} (old|former|previous) colour",
            "{the} {is} not {value}",
        ),
        already=("{the} {is} already {value} in the source", "{the} {was} {value} before any edit"),
        backwards=("{the} {at} {was} {value} in the source and {has} (lost|given up) that colour",),
    ),
    "material_alter": Clauses(
        ask=(
            "make {the} look (like|as if made of) {value}",
            "give {the} a surface of {value}",
            "(change|turn) the (material|surface) of {the} (in|)to {value}",
        ),
        done=(
            "{the} {at} now {looks} like {value}",
            "{the} {at} {has} taken on the look of {value}",
            "the surface of {the} {at} (is now|has become) that of {value}",
        ),
        partly=(
            "{the} {at} {looks} like {value} only in part",
            "the surface of {the} {at} (is only partly|has only in part become) that of {value}",
        ),
        undone=(
            "{the} {keeps} {its} (old|former|previous) (surface|material)",
            "{the} {does} not look like {value}",
        ),
        already=("{the} already {looks} like {value} in the source",),
        backwards=("{the} {at} looked like {value} in the source and no longer {does}",),
    ),
    "subject-add": Clauses(
        ask=("(add|insert) {a}", "(put|place) {a} (into|in) the (picture|scene)", "have {a} in the (picture|scene)"),
        done=(
            "{a} {has} been (added|inserted|placed) {place}",
            "{a} now {appears} {place}, where the source (shows|has) none",
            "(there is now|one now sees) {a} {place}, (new against|not in|missing from) the source",
            "{place}, {a} {has} (appeared|been put in)",
        ),
        partly=(
            "(something|a part) of {the} has been (added|put in) {place}, but not all of it",
            "{place}, {the} {has} been (added|drawn) only in part",
        ),
        undone=("no {bare} {has} been (added|inserted)", "no {bare} (can be seen|is to be seen|is there)"),
        already=("the source already (shows|has) {a}",),
        backwards=("{the} that the source shows {at} {has} been taken (away|out)",),
    ),
    "subject-remove": Clauses(
        ask=(
            "(remove|delete|erase) {the}",
            "take {the} (out of|away from|from) the (picture|scene)",
            "get rid of {the}",
        ),
        done=(
            "{the} {at} {is} gone",
            "{the} that the source (shows|has) {at} {has} been (removed|erased|taken out)",
            "{place}, {the} {has} (disappeared|been removed|been taken out)",
            "(nothing is left|no trace is left) of {the} {at}",
        ),
        partly=(
            "only (part|some) of {the} {at} is gone",
            "{the} {at} {has} been (removed|erased) only in part",
            "{the} {at} {has} not (quite|entirely|fully) been (removed|erased)",
        ),
        undone=("{the} {is} still there", "{the} {has} not been removed"),
        already=("the source does not (show|have) {the} in the first place",),
        backwards=("{a} {has} appeared {place}, where the source (shows|has) none",),
    ),
    "subject-replace": Clauses(
        ask=(
            "(replace|exchange) {the} (with|for) {a_value}",
            "swap {the} for {a_value}",
            "put {a_value} in place of {the}",
            "turn {the} into {a_value}",
        ),
        done=(
            "{a_value} {value_has} taken the place of {the} {at}",
            "{the} {at} {has} (given way to|been replaced with|become) {a_value}",
            "(instead|in place) of {the}, one now sees {a_value} {place}",
        ),
        partly=(
            "{the} {at} {has} been (replaced|exchanged) only in part",
            "{the} {at} {has} only (half|partly) given way to {a_value}",
        ),
        undone=("{the} {is} still there", "{the} {has} not been (replaced|exchanged)"),
        already=("the source already (shows|has) {a_value} in place of {the}",),
        backwards=("{the_value} of the source {value_has} become {a} {place}",),
    ),
    "motion_change": Clauses(
        ask=("(move|shift) {the}( to another place|)", "(put|place) {the} (somewhere else|elsewhere)"),
        done=(
            "{the} {has} (moved|been moved), as (can be seen|one sees) {place}",
            "{the} {has} changed {its} place {place}",
            "the (move|shift) of {the} (shows|can be seen) {place}",
        ),
        partly=(
            "{the} {has} been moved only in part, as (can be seen|one sees) {place}",
            "the move of {the} (is|was) left (unfinished|half done), as (can be seen|one sees) {place}",
        ),
        undone=("{the} {has} not moved", "{the} {is} still in {its} (old|former|previous) place"),
        already=("{the} {is} already where the instruction wants {them} in the source",),
        backwards=("{the} {has} gone back to where the instruction says to take {them} from",),
    ),
    "resize": Clauses(
        ask=("(make|render|show) {the} {value}( than before|)", "have {the} become {value}"),
        done=(
            "{the} {at} {is} now {value}",
            "{the} {at} {has} become {value}",
            "the size of {the} {at} has changed: {it_is} now {value}",
        ),
        partly=(
            "{the} {at} {has} become {value} only in part",
            "{the} {at} {goes} only (some|part) of the way to being {value}",
        ),
        undone=(
            "{the} {has} kept {its} (old|former|previous|) size",
            "{the} {is} (just |exactly |)as large as before",
        ),
        already=("{the} {is} already {value} in the source",),
        backwards=("{the} {at} {was} {value} in the source and {has} gone back",),
    ),
    "pose": Clauses(
        ask=("have {the} {value}", "make {the} {value}"),
        done=(
            "the pose of {the} {at} has changed as (requested|asked|instructed)",
            "{the} {at} now {does} what was asked: {value}",
        ),
        partly=(
            "the pose of {the} {at} has changed only in part",
            "{the} {at} {goes} only (some|part) of the way to the pose (asked for|wanted)",
        ),
        undone=("the pose of {the} has not changed", "{the} {is} in the same pose as before"),
        already=("{the} already {has} this pose in the source",),
        backwards=("{the} {at} {has} gone back to the pose that was to be changed",),
    ),
    "turn": Clauses(
        ask=("(turn|rotate) {the} {value}", "have {the} turned {value}"),
        done=(
            "{the} {at} {has} been turned {value}",
            "{the} {at} {is} now turned {value}",
            "{the} {at} now (stands|lies|shows) turned {value}",
        ),
        partly=(
            "{the} {at} {has} been turned only in part",
            "the turn of {the} {at} (stops|ends) (halfway|before it is complete)",
        ),
        undone=("{the} {has} not been turned", "{the} {keeps} the old direction"),
        already=("{the} {is} already turned {value} in the source",),
        backwards=("{the} {at} {has} been turned back",),
    ),
    "text_change": Clauses(
        ask=(
            "(change|alter|set) the (text|wording) to “{value}”",
            "(make|have|let) the (text|lettering) read “{value}”",
            "write “{value}” (instead|in place) of the old text",
        ),
        done=(
            "the (text|lettering|wording) {place} now (reads|says) “{value}”",
            "{place} the (text|wording) has (become|changed to|been changed to) “{value}”",
            "“{value}” can (now |)be read {place}",
        ),
        partly=(
            "only (part|some) of the text {place} has become “{value}”",
            "the text {place} (stops|ends) (short of|before) “{value}”",
        ),
        undone=(
            "the (text|wording) has not (become|changed to) “{value}”",
            "the words “{value}” cannot be read anywhere",
        ),
        already=("the text already (reads|says) “{value}” in the source",),
        backwards=("the text {place} read “{value}” in the source and no longer does",),
    ),
    "background_change": Clauses(
        ask=(
            "(change|switch) the background to {a_value}",
            "put {a_value} in the background",
            "(replace|exchange) the background (with|for) {a_value}",
        ),
        done=(
            "the background (is now|has become|now shows) {a_value}",
            "the background has (given way to|been replaced with) {a_value}",
            "(behind|around) the main subject one now sees {a_value}",
        ),
        partly=(
            "only (part|some) of the background has become {a_value}",
            "the background has given way to {a_value} only in (part|places)",
        ),
        undone=("the background is still the old one", "the background has not been (changed|replaced)"),
        already=("the background is already {a_value} in the source",),
        backwards=("the background was {a_value} in the source and no longer is",),
    ),
    "style_change": _WHOLE_PICTURE,
    "tone_transfer": _WHOLE_PICTURE,
}
