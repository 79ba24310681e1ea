"""The leak test: pictures of different splits compared by their local features, not by the hashes of the build."""
