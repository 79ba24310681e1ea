"""Makes every Python process with this folder on its path know the test store; nothing is loaded until it is used."""

import fsspec

fsspec.register_implementation("shaky", "shaky_store.ShakyFileSystem")
