"""How the perceptual quality reasoning reads: templates of the grammar, by what was found."""

from schemas.aggregation import MAX_SCORE

WEIGHTS = (
    (
        0.12,
        (
            "{flaws} can only be (made out|seen|noticed|found) on a (close|careful|second) look",
            "only a (close|careful|second|long) look (shows|reveals|brings out) {flaws}",
            "(at first sight|at a glance|from a distance|at normal size) one (misses|overlooks|does not see) {flaws}",
            "{flaws} {is_are} (there|to be found), but so (slight|faint|weak) that (few|hardly anybody) would (notice|"
            "mind|mention it)",
            "(looked at closely|on close inspection|enlarged), the (picture|image) (shows|has|betrays) {flaws}",
            "one has to (look closely|search|look twice) (to see|to notice|for) {flaws}",
            "(barely|hardly|scarcely) (visible|seen): {flaws}",
            "(faint|slight|subtle): {flaws}",
        ),
    ),
    (
        0.3,
        (
            "(a close|an attentive|a patient) viewer will (notice|find|see) {flaws}",
            "(what|all that) (disturbs|is amiss) (a little|slightly|somewhat): {flaws}",
            "one (notices|sees|can make out|finds) {flaws}(, nothing worse|, but it is bearable|)",
            "{flaws} can be (seen|noticed|made out), though without (getting in the way|disturbing|spoiling it)",
            "(there is|the picture shows|looking at it, one finds|the eye finds) {flaws}",
            "(of little weight|minor|not grave): {flaws}",
            "{flaws} {takes} a little (from|away from) the (picture|image|impression)",
            "a (minor|small|lesser) (fault|flaw|blemish) (remains|shows): {flaws}",
            "(not grave|bearable), (but|yet|though) (visible|noticeable|there): {flaws}",
        ),
    ),
    (
        0.6,
        (
            "{flaws} {strikes} the eye (at once|right away|before all else|)",
            "the eye is (drawn|led|pulled) to {flaws}",
            "(plainly|clearly|easily) (visible|seen|noticed): {flaws}",
            "(plain|clear|evident): {flaws}",
            "(nobody|no viewer) would (miss|overlook|fail to see) {flaws}",
            "{flaws} {weighs} on the (picture|image|impression)",
            "(a clear|a plain|an obvious) (fault|flaw|weakness) (remains|shows): {flaws}",
        ),
    ),
    (
        1.1,
        (
            "{flaws} {ruins} the (impression|picture|image)",
            "{flaws} cannot be overlooked and {ruins} the (impression|picture|image)",
            "what (ruins|spoils) the (picture|image) most is {flaws}",
            "(worst|gravest) of all: {flaws}",
            "with {flaws}, the (picture|image) is (beyond repair|spoilt|hard to look at)",
        ),
    ),
)
"""What is said of flaws, by how bad they are: each up to a severity."""
COSTS = (
    "(That|This|It) (costs|takes away|comes to) (about |some |roughly |){points}.",
    "(For that|On that account|For this), (about |some |roughly |){points} off.",
    "(Its|The) (cost|price): (about |some |roughly |){points}.",
    "(Minus|Less) {points}.",
    "{points} (off|gone|lost|less).",
)
"""What one flaw costs on its axis."""
CLEAN = (
    "The (picture|image) (looks like|passes for|could be) an (ordinary|everyday|untouched) (photo|shot), and no "
    "(flaw|fault) (stands out|can be found|is to be seen).",
    "(Nothing|No part) in the (picture|image) looks (out of place|wrong|strange), and no (flaw|fault) (can be "
    "seen|shows|stands out).",
    "There is nothing to (find fault with|complain about|object to): the (picture|image) looks (natural and "
    "clean|clean and believable|sound).",
    "(Light, shapes and texture|Texture, light and shapes|Shapes, texture and light) (hold|agree|fit) together, and "
    "no (trace|sign|mark) of (editing|work|manipulation) (shows|is left|can be seen).",
    "(Even on a close look|However closely one looks|Looking closely), the (picture|image) (stays|is|remains) "
    "(clean|believable|natural).",
    "(Clean|Sound|Natural) throughout.",
    "(No complaint|No flaw|No fault)( anywhere| in sight| to be seen|).",
    "(Believable|Natural|Plausible) (scene|picture|photo), (clean|sound) (rendering|surface|texture).",
)
NATURAL = (
    "(Otherwise|Apart from this|For the rest|That aside) the (picture|image|scene) looks "
    "(natural|believable|plausible|like a photo).",
    "(Beyond|Besides) that, the (scene|picture|image) is (believable|natural|plausible).",
    "(Light and shapes|Shapes and light|Forms and light) (remain|stay|are) (natural|believable|plausible).",
    "As a (scene|photo|picture) it (remains|is|stays) (believable|natural|plausible).",
    "(Nothing|No thing) (that is |)(shown|depicted) (looks|seems) (unnatural|impossible|wrong).",
    "(Otherwise|Apart from this|That aside) (plausible|believable|natural).",
    "(The scene|Its light|What it shows) (holds up|convinces|rings true).",
    "(No|Without any) (impossible|misshapen|strange) (things|parts|forms).",
)
NO_ARTIFACTS = (
    "No other (damage|fault|defect|flaw) can be (seen|found|made out).",
    "There are no (seams, smears|smears, seams|blocks, seams) or other (artefacts|traces).",
    "(Seams, smears and the like|Other traces of editing|Artefacts) are (absent|not to be seen|nowhere to be seen).",
    "(Technically|As for artefacts), the (picture|image) is (clean|sound|without fault).",
    "The (surface|rendering) (itself |)is (clean|sound), without (artefacts|smears or seams|damage).",
    "(Technically|As pixels|As a rendering) (clean|sound|flawless).",
    "(No|Without) (seams|smears|blocks|halos)( or the like|).",
    "(Edges|Borders|Textures|Surfaces) are (fine|sound|clean|intact).",
)
GRADES = (
    (MAX_SCORE, "perfect"),
    (20, "(good|high)"),
    (13, "(fair|middling|moderate)"),
    (6, "(poor|low|weak)"),
    (0, "(very poor|very low)"),
)
_LOOK = "(naturalness|(looking|seeming) (natural|real)|how (natural|real) it (looks|seems))"
_TRACES = "((freedom from|the absence of|the lack of) (artefacts|defects|traces)|being clean|cleanness)"
NUMBERS = (
    f"(That|This) (makes|means|comes to|gives) {{naturalness}} of 25 for {_LOOK} and {{artifacts}} of 25 for "
    f"{_TRACES}.",
    "The (picture|image) (gets|earns|receives|scores) {naturalness} (out of|of) 25 for naturalness and {artifacts} "
    "(out of|of) 25 (on artefacts|for its cleanness).",
    f"(So|Thus|Hence) naturalness (gets|is worth|comes to|scores) {{naturalness}} of 25, {_TRACES} {{artifacts}}.",
    f"(For|On) {_TRACES} the (score|mark) is {{artifacts}} of 25, (for|on) {_LOOK} {{naturalness}}.",
    "(Scores|Marks): {naturalness} for naturalness, {artifacts} for (artefacts|cleanness)(, each of 25|, of 25 each|).",
    f"{{artifacts}} of 25 go to {_TRACES}, {{naturalness}} to {_LOOK}.",
    f"{_LOOK} (deserves|gets|earns) {{naturalness}}, {_TRACES} {{artifacts}} (out of|of) 25.",
    "(In|As) (numbers|figures): naturalness {naturalness}, (artefacts|cleanness) {artifacts}.",
    "(Naturalness|Its naturalness) (stands|ends|is) at {naturalness}, (cleanness|freedom from artefacts) at "
    "{artifacts}.",
    "(Of|Out of) 25 (each|points each), it (gets|earns|keeps) {naturalness} (for looks|for looking natural|in "
    "naturalness) and {artifacts} (for cleanness|as to artefacts|where artefacts are concerned).",
    "{naturalness} and {artifacts} (of 25|out of 25) (are|seem) (fair|right|due) for (naturalness|looking natural) and "
    "(cleanness|artefacts)(, in that order|).",
    "(Hence|Thus|So|Therefore|Altogether|In sum) {naturalness} and {artifacts}.",
    "(Looks|Naturalness|Realism): {naturalness}. (Cleanness|Artefacts): {artifacts}.",
    "(Result|Outcome|Score): {naturalness}, {artifacts}.",
    "(That is|This is|Call it) {naturalness} and {artifacts}.",
    "{naturalness} for (realism|looks|the scene), {artifacts} for (cleanness|technique|the rendering).",
    "(Realism|Naturalness) {naturalness}, (technique|cleanness|artefacts) {artifacts}.",
)
GRADED = (
    "(So|Thus|Hence) its naturalness is {naturalness_grade} and its freedom from artefacts {artifacts_grade}.",
    "(Naturalness|How natural it looks) is {naturalness_grade}, (freedom from artefacts|cleanness) {artifacts_grade}.",
)
EQUAL = (
    "(Naturalness|Looking natural) (gets|scores|earns) {artifacts}, and so does (cleanness|freedom from artefacts).",
    "{artifacts} (of|out of) 25 (is|seems) (right|fair|due) on both (counts|scores), naturalness and (artefacts|"
    "cleanness).",
    "On both counts (the mark|the score|it) is {artifacts} (of|out of) 25.",
    "Naturalness and freedom from artefacts are both {artifacts_grade}(: {artifacts} of 25|).",
    "(That|This) (makes|gives|means) {artifacts} of 25 for naturalness and the same for (freedom from "
    "artefacts|cleanness).",
    f"(Both|The two), {_LOOK} and {_TRACES}, (get|score|earn) {{artifacts}} (out of|of) 25.",
    "(Hence|Thus|So|Therefore) {artifacts} (twice|on both|for both|each).",
    "(Twice|Both times) {artifacts}.",
    "(Realism|Looks) and (technique|cleanness): {artifacts} each.",
)
