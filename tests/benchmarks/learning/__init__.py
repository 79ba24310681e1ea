"""What training can do on the smallest real instance: learn samples by heart from their pictures; FP8 beside BF16."""
