"""The stage that uses the data: fine-tunes the reward model. Needs the extra `train`."""
