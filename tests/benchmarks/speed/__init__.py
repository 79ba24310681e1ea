"""What a candidate costs on one core: by operation and by stage, beside the image codec."""
