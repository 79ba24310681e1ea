"""Texts that a tokenizer or trainer would take for control: the rule for all of them, in training and in exports.

A text that holds the name of a control token, `<|im_end|>` or `<image>` for example, would end a turn or stand for a
picture that is not there. Such a conversation is left out, and counted by the token's name. The markers by which our
own reasoning cites regions are allowed in answers, and nowhere else.
"""

import re
from dataclasses import dataclass
from typing import Any

from schemas.example import MAX_REGIONS

MARKERS = (*(f"<|bbox_{number}|>" for number in range(1, MAX_REGIONS + 1)), "<|global|>")
"""Citations of regions in an answer, and of the whole."""
QWEN = (
    "<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|object_ref_start|>", "<|object_ref_end|>", "<|box_start|>",
    "<|box_end|>", "<|quad_start|>", "<|quad_end|>", "<|vision_start|>", "<|vision_end|>", "<|vision_pad|>",
    "<|image_pad|>", "<|video_pad|>", "<tool_call>", "</tool_call>", "<|fim_prefix|>", "<|fim_middle|>",
    "<|fim_suffix|>", "<|fim_pad|>", "<|repo_name|>", "<|file_sep|>", "<tool_response>", "</tool_response>", "<think>",
    "</think>", "<|audio_start|>", "<|audio_end|>", "<|audio_pad|>", "<tts_pad>", "<tts_text_bos>", "<tts_text_eod>",
    "<tts_text_bos_single>",
)  # fmt: skip
"""Added tokens of Qwen3-VL, and of its successors."""
PLACEHOLDERS = ("<image>", "<video>", "<audio>", "<bbox>", "<ref-object>", "<cot-process>", "<start-image>")
"""What LLaMA-Factory and ms-swift replace in a text."""
OTHERS = (
    "<s>", "</s>", "<bos>", "<eos>", "<pad>", "<unk>", "<start_of_turn>", "<end_of_turn>", "<start_of_image>",
    "<end_of_image>", "<image_soft_token>", "<img>", "</img>", "<IMG_CONTEXT>", "[INST]", "[/INST]", "[IMG]",
)  # fmt: skip
"""Control tokens without the form of `FORM`, of other models that the same trainers train."""
FORM = re.compile(r"<[|\uff5c][^<>|\uff5c\s]{1,40}[|\uff5c]>")
"""The form of most control tokens, whatever the tokenizer; some programs use names of this form for a while."""
LEFT_OUT = "special token"
"""Reason of a conversation that is left out, before the token's name."""


@dataclass(frozen=True)
class SpecialTokens:
    """Names that no text may hold.

    Attributes:
        names: of tokens and placeholders, besides everything of the form `<|name|>`.
    """

    names: tuple[str, ...]

    @classmethod
    def of_tokenizer(cls, tokenizer: Any) -> "SpecialTokens":
        """Return the control tokens of a tokenizer: all that were added to its vocabulary."""
        names = {*tokenizer.get_added_vocab(), *tokenizer.all_special_tokens}
        return cls(tuple(sorted(name for name in names if name.strip() and name not in MARKERS)))

    def first_in(self, text: str, is_answer: bool = False) -> str:
        """Return the first such name in a text, "" if there is none.

        Args:
            text: what a user asked, or an answer.
            is_answer: markers of regions are allowed.
        """
        found = [(place, -len(name), name) for name in self.names if (place := text.find(name)) >= 0]
        formed = (match for match in FORM.finditer(text) if not (is_answer and match[0] in MARKERS))
        found += [(match.start(), -len(match[0]), match[0]) for match in formed]
        return min(found)[2] if found else ""


FOR_TRAINERS = SpecialTokens((*QWEN, *PLACEHOLDERS, *OTHERS))
"""What an export for other trainers is kept free of."""


def reason_for(name: str) -> str:
    """Return the reason under which a conversation with a token in its text is counted.

    >>> reason_for("<|im_end|>")
    'special token <|im_end|>'
    """
    return f"{LEFT_OUT} {name}"
