"""The stage that uses the data: fine-tunes the reward model. Needs the extra `train`."""

import logging

# torchao registers enums in a way that torch 2.15 calls superfluous, twice at every start.
logging.getLogger("torch.utils._pytree").addFilter(lambda record: "natively supported" not in record.getMessage())
