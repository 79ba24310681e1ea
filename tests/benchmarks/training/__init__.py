"""What FP8 brings in training: tokens per second, memory, and how far the loss departs from BF16's."""
