"""What a build costs beside its pixels: writing shards against a plain copy, and running a finished build again."""
