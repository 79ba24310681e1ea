"""How the semantic consistency reasoning reads: templates of the grammar, by what was found."""

from math import inf

from schemas.aggregation import MAX_SCORE

_ASKED = "(request|instruction|prompt|task)"
MET = (
    "The (request|wish|instruction) to {ask} (has been|was|is) (met|fulfilled|carried out|followed)( in full| fully|).",
    "What was (asked|wanted), to {ask}, (has been|was) (done|carried out|achieved)( in full| completely|).",
    f"The {_ASKED} (is|was) to {{ask}}, and (that|it) (has been|was) (done|met|carried out).",
    f"The {_ASKED} (is|was) to {{ask}}, which is what (has been done|was done|the (edit|picture) (does|shows|brings)).",
    "The (editor|model) (was asked|was told|had) to {ask} and (has done so|did so|has managed it|did just that|"
    "succeeded).",
    "(Asked|Told|Instructed) to {ask}, the (editor|model) (has done so|did so|delivered|complied|succeeded).",
    f"(One can see|It is plain|Comparing both pictures shows|The pictures show) that the {_ASKED} to {{ask}} was "
    "(met|followed|carried out|fulfilled).",
    f"(To|In order to) {{ask}} was the {_ASKED}, and (it|that) (has been|was) (met|done|fulfilled).",
    f"(As for|Regarding) the {_ASKED} to {{ask}}, (it is|it was|that is) (met|fulfilled|done)( in full| fully|).",
)
QUOTED = (
    "The (instruction|request|prompt|wording) (is|was|reads|runs): “{quote}”.",
    "(Asked for|Wanted|Requested) was: “{quote}”.",
    "“{quote}”(, says the (instruction|request|prompt)|, it says|, so the (instruction|prompt|request)).",
    "(To|With) the (words|instruction|prompt) “{quote}”, the (editor|model) (answers|replies) with this "
    "(edit|picture).",
)
"""Said in place of naming the request; one of the next follows."""
QUOTED_MET = (
    "(That|This|It) (has been|was|is) (done|met|followed|carried out)( in full| fully| to the letter|).",
    "The (edit|picture|editor|model) (does|shows|delivers) (just|exactly|precisely) (that|this).",
    "(All|Everything) (of that|asked for|it asks for) (is|has been) (done|there|met).",
    "(Done|Met|Fulfilled), (nothing is missing|without exception|all of it).",
)
QUOTED_IN_PART = (
    "(That|This|It) (has been|was|is) (done|met|carried out) only (in part|partly), {far}.",
    "The (edit|picture|editor|model) (gets|goes|comes) {far}, (no further|not to the end).",
)
QUOTED_NOT_MET = (
    "(But|Yet|However,) {undone}.",
    "(That|This|It) (was not done|has not been done|did not happen): {undone}.",
    "(Nothing of it|None of it) (is|was) (done|met|to be seen): {undone}.",
)
MET_IN_PART = (
    "The (request|wish|instruction) to {ask} (has been|was|is) (met|fulfilled|carried out|followed) only in part, "
    "{far}.",
    f"The {_ASKED} (is|was) to {{ask}}, (and|but) the edit (stops short of that|goes only part of the way|leaves it "
    "unfinished), {far}.",
    "(Asked|Told|Instructed) to {ask}, the (editor|model) (did so only in part|left the job half done|stopped on the "
    "way), {far}.",
    f"(Of|From) the {_ASKED} to {{ask}}, (only a part|no more than a part|just a part) (has been|was) (carried out|"
    "done|met), {far}.",
    f"(As for|Regarding) the {_ASKED} to {{ask}}, the (edit|picture) (gets|goes|comes) {{far}}, (not all the way|no "
    "further|and stops there).",
)
FAR = "(about|some|roughly) {percent} of the way"
NOT_MET = (
    f"The {_ASKED} (is|was) to {{ask}}, (but|yet|and still) {{undone}}.",
    "The (request|wish) (is|was) to {ask}, (yet|but|however) {undone}.",
    "The (editor|model) (was asked|was told|had) to {ask}, (but|yet|and still) {undone}.",
    "(Asked|Told|Instructed) to {ask}, the (editor|model) (has not done so|did nothing of the kind|did not comply): "
    "{undone}.",
    f"(Nothing came of|The edit ignores|Unmet remains|The picture does not answer) the {_ASKED} to {{ask}}: "
    "{undone}.",
    f"(As for|Regarding) the {_ASKED} to {{ask}}, (nothing of it was done|it is unmet|it was not met): {{undone}}.",
    f"(One looks in vain for what was asked|What was asked is missing): the {_ASKED} (is|was) to {{ask}}, (but|yet) "
    "{undone}.",
)
BACKWARDS = (
    f"The {_ASKED} (is|was) to {{ask}}, (and|but) the edited (image|picture) (does|shows) the (very |exact |)(reverse|"
    "opposite).",
    f"The edit (does|is|amounts to) the (very |exact |)(opposite|reverse) of the {_ASKED} to {{ask}}.",
    "(Asked|Told|Instructed) to {ask}, the (editor|model) did (just|exactly|quite) the (opposite|reverse).",
    f"(Instead of following|Far from following) the {_ASKED} to {{ask}}, the edit (undoes|takes back) what the source "
    "(shows|already had).",
)
QUOTED_ALL_MET = (
    "Each of the {n} (changes|points) in it (can be found|was made|is there).",
    "Of the {n} changes in it, none is missing.",
    "It (names|asks for) {n} changes, and each of them (can be found|shows|is there|was made).",
)
ALL_MET = (
    "{All} (requested changes|changes asked for) (have been|were) (made|carried out|done).",
    f"The {_ASKED} is to {{ask}}, and all of it (has been|was) (done|carried out).",
    f"The {_ASKED} (names|lists|asks for) {{n}} changes, and (every one of them|each of them) (is there|was made|can "
    "be seen).",
    "(Asked|Told|Instructed) to {ask}, the (editor|model) (did it all|left nothing out|did all of that).",
    "Each of the {n} (requested changes|changes asked for|points) (can be found|is there|is met): to {ask}.",
)
NONE_MET = (
    "{None_} (requested changes|changes asked for) (has been|was) (made|carried out): {missing}.",
    f"The {_ASKED} is to {{ask}}, and none of it (has been|was) (done|carried out).",
    f"(Nothing came of|The edit ignores) the {_ASKED} to {{ask}}: {{missing}}.",
)
QUOTED_SOME_MET = (
    "Of the {n} (changes|points) in it, {k} {has} been (made|met|done) in full, (but|while|yet) {missing}.",
    "It (names|asks for|lists) {n} changes; {k} {has} been (made|met|done) in full, (but|while|yet) {missing}.",
)
SOME_MET = (
    "Of the {n} (requested changes|changes asked for), {k} {has} been made in full, but {missing}.",
    f"The {_ASKED} (names|lists|asks for) {{n}} changes. The edit makes {{k}} of them in full, but {{missing}}.",
    f"The {_ASKED} is to {{ask}}; {{k}} of the {{n}} {{has}} been (met|done) in full, (but|while) {{missing}}.",
    "(Asked|Told|Instructed) to {ask}, the (editor|model) (managed|did) {k} of {n} in full, (but|while) {missing}.",
)
PARTLY = ("the (request|wish) to {ask} (is|was) (met|done|carried out) only {far}",)
UNRELATED = (
    "With (another|a different) picture in its place, the request to {ask} cannot (have been|be) met, and "
    "(nothing|no part) of the source (is left|remains|is kept).",
    "The edited image has nothing (to do|in common) with the source, so the request to {ask} is unmet and nothing is "
    "(preserved|kept).",
    "(Asked|Told) to {ask}, the (editor|model) (returned|delivered) (another|a different) picture: nothing (is|was) "
    "(done|met), nothing (is|was) kept.",
)
IDENTITY = (
    "(However|Yet|Still|But), {the} no longer {looks} like the (one|same) in the source",
    "(in the process|on the way|meanwhile|doing so), {the} {has} become (hard to recognise|another than before|a "
    "different one)",
    "{the} (of|in) the edited (picture|image) {is}, however, not (quite|really|) the same as in the source",
)
IDENTITY_OF_ONE = (
    "(However|Yet|Still|But), one of the things in question no longer looks like the (one|same) in the source",
    "(in the process|on the way|meanwhile), one of the things (in question|spoken of) has become a different one",
)
SAME_PICTURE = (
    "(Source and edited image|The two pictures|Both pictures|Before and after) (match|agree|are the same) "
    "(throughout|everywhere|in every part|from edge to edge).",
    "No (change|difference) (can be seen|is to be found|shows|is visible) (anywhere|in any part of the "
    "(picture|frame))(, so nothing was damaged|, and nothing was lost|).",
    "(Comparing the two pictures (side by side|with each other)|Laying the two pictures one over the other) "
    "(shows|reveals|brings out) no (change|difference)( at all|).",
    "(Nothing|Not a thing) (differs|has changed|was touched) between (source and edited image|the two pictures).",
    "(Before equals after|Source and result coincide|The result repeats the source).",
    "(The edited image|What came back|The result) is the source( again| once more|).",
    "(No part|Not one area|Not one thing) (was|has been) (altered|edited|changed).",
    "No (box|region|area) can be drawn(: (they|the two|both) agree| since all agrees|).",
)
REST_KEPT = (
    "(The rest|The remainder|All the rest) of the (picture|frame|image) (is as it was|has been kept|was left "
    "alone|is unchanged|stays as it was).",
    "(Nothing else|No other part) (has changed|was touched|differs|shows a change|was altered).",
    "(Everything|All that lies) outside the (edit|edited area|boxes) (has been left alone|is as before|matches the "
    "source|is preserved|was kept).",
    "(Apart from|Beyond|Besides|Except for) (that|this), (source and edited image|both pictures|the two pictures) "
    "(agree|match|are the same|do not differ).",
    "(Outside|Beyond) the (edit|edited area|boxes), (nothing|not a thing) (differs from|was changed against) the "
    "source.",
    "(No side effect|No collateral damage|No unrequested change) (can be seen|shows|is to be found)( elsewhere|).",
    "(Elsewhere|Outside|Around it), (all is well|nothing moved|nothing to report|no change).",
    "(The rest|All else) (is kept|stays|holds|matches).",
    "(No|Without) side effects.",
    "(Nothing more|Nothing else) (was|is) (changed|lost|touched).",
    "(The surroundings|Its surroundings) (stay|remain) (as they were|untouched|intact).",
    "(Neighbouring|Other|Surrounding) (parts|things|areas) (kept|keep) their (look|place|form|colours).",
)
OUTLINES = (
    (
        0.95,
        (
            "(Shapes and outlines|Outlines and shapes|All outlines) are (all |)where they were( in the source|).",
            "What the (picture|source) shows has been (kept|preserved)( throughout|), (outlines|shapes) included.",
            "(Under|Beneath) the new look, (every shape stays|all shapes stay|the outlines stay) (in place|as before).",
        ),
    ),
    (
        0.6,
        (
            "Some (outlines|shapes) have been lost or have (shifted|moved).",
            "A part of the fine (structure|detail) has (suffered|been lost).",
            "Not all of the (outlines|shapes) have (survived|come through)( the new look|).",
        ),
    ),
    (
        0.0,
        (
            "Many (outlines|shapes) of the source have been (lost|destroyed).",
            "Much of what the source (shows|showed) has not survived( the new look|).",
            "(Little|Not much) (is left|remains) of the (outlines|structure) of the source.",
        ),
    ),
)
DAMAGE = (
    (
        0.1,
        (
            "(Apart from|Beyond|Besides) that there are only (small|slight|faint) traces of change.",
            "Outside the (request|boxes) one (finds|sees) hardly any change, {extent} at most.",
            "(Elsewhere|Outside), (small|slight|faint) changes (touch|concern) {extent}.",
        ),
    ),
    (
        0.7,
        (
            "(Unrequested|Unwanted|Unasked) changes (take up|cover|concern) {extent}, a clear (fault|flaw|failing).",
            "Changes that nobody (wanted|asked for) (cover|take up|concern) {extent}.",
            "(With|At) {extent} changed (unasked|without need), preservation (suffers|is not what it should be).",
            "(What|All that) was changed (unasked|beyond the request) comes to {extent}.",
        ),
    ),
    (
        2.0,
        (
            "(Unrequested|Unwanted|Unasked) changes (take up|cover|concern) {extent}, a serious (fault|flaw|failing).",
            "(Unwanted|Unrequested) changes to {extent} (weigh|count) heavily.",
            "(With|At) {extent} changed (unasked|without need), preservation (suffers badly|is poor).",
            "(What|All that) was changed (unasked|beyond the request) comes to {extent}, which is (serious|grave).",
        ),
    ),
    (
        inf,
        (
            "(Unrequested|Unwanted|Unasked) changes (take up|cover|concern) {extent} and cannot be overlooked.",
            "With {extent} changed (unasked|without need), little (was spared|is as it was|is left of the source).",
            "(What|All that) was changed (unasked|beyond the request) comes to {extent}, (far too much|a great deal).",
        ),
    ),
)
LOST = (
    "(This|That|It) (costs|takes away) {points}( of 25|).",
    "(Hence|So|Therefore) a loss of {points} on (preservation|the rest|what was to stay).",
    "(For that|On that account), {points} off.",
)
SHARES = (
    "Of the {n} (changed areas|changes|boxes), {k} {belong} to the (request|instruction).",
    "{k} of the {n} (changed areas|changes|boxes) {was} (asked for|requested|wanted).",
)
GRADES = (
    (MAX_SCORE, "full marks"),
    (20, "(a good score|a high score|good marks)"),
    (13, "(a middling score|a fair score|middling marks)"),
    (6, "(a poor score|a low score|poor marks)"),
    (1, "(a very poor score|a very low score)"),
    (0, "(nothing|no marks)"),
)
_FOLLOWING = (
    "(following the (instruction|request|prompt)|the (request|instruction|prompt)|doing what was (asked|wanted))"
)
_KEEPING = (
    "(leaving the rest (alone|as it was|in peace)|(preserving|keeping|sparing) (the rest|all else|what was to stay)|"
    "what was to stay|preservation)"
)
NUMBERS = (
    f"(That|This) (makes|means|comes to|gives) {{following}} of 25 for {_FOLLOWING} and {{over}} of 25 for {_KEEPING}.",
    "(So|Thus|Hence|Therefore) the edit (gets|earns|receives|scores) {following} (out of|of) 25 for the "
    "(instruction|request) and {over} (out of|of) 25 for (preservation|the rest|what it kept).",
    f"(Instruction following|Following the request|The request) (gets|earns|is worth|scores) {{following}} of 25, "
    f"{_KEEPING} {{over}}(| of 25).",
    f"(On|For) {_KEEPING} the (score|mark) is {{over}} of 25, (on|for) {_FOLLOWING} {{following}}.",
    "(Scores|Marks): {following} for the (request|instruction), {over} for the (rest|preservation of the rest)(, each "
    "of 25|).",
    f"{{over}} of 25 go to {_KEEPING}, {{following}} to {_FOLLOWING}.",
    "(In|As) (numbers|figures): (instruction|request) {following}, (rest|preservation) {over}.",
    "(Of|Out of) 25 (each|points each), it (gets|earns|keeps) {following} (for what it did|for the request|as to the "
    "instruction) and {over} (for what it kept|for the rest|as to preservation).",
    "{following} and {over} (of 25|out of 25) (are|seem) (fair|right|due) for (request|instruction) and "
    "(rest|preservation)(, in that order|).",
    "(The request|Instruction following) (stands|ends|is) at {following}, (preservation|the rest) at {over}.",
    "(Hence|Thus|So|Therefore|Altogether|In sum) {following} and {over}.",
    "{following} for the (edit|request|change), {over} for (care|the rest|restraint).",
    "(Request|Wish|Instruction): {following}. (Rest|Preservation|Restraint): {over}.",
    "{following} (here|for that), {over} (elsewhere|for the rest).",
    "(Result|Outcome|Score): {following}, {over}.",
    "(That is|This is|Call it) {following} and {over}.",
    "(Done|Followed): {following} of 25; (spared|kept|preserved): {over}.",
)
GRADED = (
    f"It (earns|gets|deserves|receives) {{following_grade}} for {_FOLLOWING} and {{over_grade}} for {_KEEPING}.",
    "(On|For) the (instruction|request) that means {following_grade}, (on|for) (preservation|the rest) {over_grade}.",
    f"(So|Thus|Hence) {{following_grade}} for {_FOLLOWING}, {{over_grade}} for {_KEEPING}.",
)
EQUAL = (
    "(Following the request|Instruction following) (gets|scores|earns) {over}, and so does (preservation|what was to "
    "stay).",
    "{over} (of|out of) 25 (is|seems) (right|fair|due) on both (counts|scores), (request|instruction) and "
    "(preservation|rest).",
    "On both counts, (request|instruction) and (preservation|rest), (the mark|the score|it) is {over}.",
    f"(That|This) (is|makes|means) {{over}} of 25 on both counts, {_FOLLOWING} and {_KEEPING}.",
    "(Instruction following|Following the request) and preservation (both|each) (get|earn|receive|score) {over} "
    "(out of|of) 25.",
    f"Each of the two, {_FOLLOWING} and {_KEEPING}, (gets|scores|earns) {{over}} (out of|of) 25.",
)
