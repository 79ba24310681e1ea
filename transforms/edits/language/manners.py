"""Manners of asking: bare, polite, as a question or a wish, with a reason before or a condition after."""

REST = "(the rest|everything else|all other parts|the remaining parts|the remainder)"
ALONE = (
    f"(leave {REST} (untouched|unchanged|alone|as in the original)|keep {REST} (unchanged|exactly as before|intact))"
)
FOR = "(a catalogue|a small brochure|our website|a class project|a birthday card|the newsletter|a poster|my portfolio)"

PLAIN = ("{Clause}.", "{Clause}.", "{Clause}", "{clause}")
"""No frame around the request."""
FRAMED = (
    "(Please|Kindly) {imperative}.",
    "{Clause}, (please|thanks|thank you).",
    "(Could|Can|Would|Will) you (please|) {imperative}?",
    "(Could|Would) you be so (kind|good) as to {imperative}?",
    "(I would like|I'd like|I want|I need) you to {imperative}.",
    "In (this|the) (photo|picture|image|shot), {clause}.",
    "(Edit|Change|Retouch) the (photo|picture|image): {clause}.",
    "(One|A small|Just one) (request|change|edit|correction): {clause}.",
    "(My|The) (request|wish|task) (is simple|is this|for you): {clause}.",
    "(I'm|I am|We are) (making|preparing|putting together) " + FOR + ". (So|For that,|There,) {clause}.",
    "(Next step|To do|Edit|Task): {clause}",
    "{Clause} and " + ALONE + ".",
    "{Clause}, (but|while you) " + ALONE + ".",
    "{Clause}. (Nothing else|No other part) (should|may|must) (change|be touched|be altered).",
    "{Clause}. (Please|And|But|Otherwise,) " + ALONE + ".",
    "(Without (touching|changing|altering) anything else|Changing nothing else), {clause}.",
    "{Clause}, and (make it look natural|keep it believable|take care of the light|mind the shadows).",
    "{Clause}(, if (possible|you can)|, thanks in advance)(.|!)",
)
"""`{clause}` with a small, `{Clause}` with a capital letter; `{imperative}` where only a verb phrase may stand."""
JOINTS = (
    "{first}(,|) (and|then|and then|and also|and after that) {last}",
    "(first|to begin with,) {first}, (then|after that|next) {last}",
    "{first}; {last}",
    "{first}. (Then|Also|Besides|In addition|After that)(,|) {last}",
    "{first}, (as well as this|plus|likewise): {last}",
)
"""Ways to join requests; `{first}` may be several."""
