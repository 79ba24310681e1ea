"""The operations: each proposes one change of a scene, or none where the photo cannot carry it."""

from collections.abc import Callable

import numpy as np

from transforms.edits.change import Change
from transforms.edits.operations.add import propose_add
from transforms.edits.operations.background import propose_background
from transforms.edits.operations.move import propose_move
from transforms.edits.operations.pose import propose_pose
from transforms.edits.operations.recolour import propose_recolour
from transforms.edits.operations.remove import propose_remove
from transforms.edits.operations.rendered import in_rendered
from transforms.edits.operations.replace import propose_replace
from transforms.edits.operations.resize import propose_resize
from transforms.edits.operations.retexture import propose_retexture
from transforms.edits.operations.style import propose_style
from transforms.edits.operations.text import propose_text
from transforms.edits.operations.tone import propose_tone
from transforms.edits.operations.turn import propose_turn
from transforms.edits.scene import Scene

Propose = Callable[[Scene, Change | None, np.random.Generator], Change | None]
"""(scene, change to stay close to, generator) -> a change that touches nothing taken, or None.

With a change to stay close to, the proposal asks for the same value on another object, if it can."""

OPERATIONS: dict[str, Propose] = {
    "tone": propose_tone,
    "recolour": in_rendered("recolour", propose_recolour),
    "add": propose_add,
    "remove": in_rendered("remove", propose_remove),
    "replace": in_rendered("replace", propose_replace),
    "move": in_rendered("move", propose_move),
    "text": propose_text,
    "background": propose_background,
    "retexture": in_rendered("retexture", propose_retexture),
    "style": propose_style,
    "resize": in_rendered("resize", propose_resize),
    "pose": propose_pose,
    "turn": propose_turn,
}
"""By name, as in `OperationWeights`."""
