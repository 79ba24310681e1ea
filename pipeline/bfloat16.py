"""Whether a device multiplies in bfloat16, or only imitates it."""

import torch


def multiplies_in_bfloat16(device: torch.device) -> bool:
    """Return whether bfloat16 is worth it: a processor without it took eight times as long as in float32."""
    if device.type != "cpu":
        return True
    known = torch.cpu.get_capabilities()
    return bool(known.get("avx512_bf16") or known.get("amx_bf16"))
