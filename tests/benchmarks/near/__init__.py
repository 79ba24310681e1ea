"""Near duplicates: which copies of photos each radius finds, what it merges by mistake, how fast the search is."""
