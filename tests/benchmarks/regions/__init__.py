"""The benchmark of region derivation: frozen cases with exact truth, made apart from the training renderer."""
