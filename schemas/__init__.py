"""What a record is: models, vocabulary, box geometry, score aggregation. Imports nothing of ours."""
