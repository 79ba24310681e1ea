"""From a checkpoint to a folder that a server loads: merged weights, processor, prompts and a model card."""
