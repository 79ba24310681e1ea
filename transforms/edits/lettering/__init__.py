"""Words on things: what they say, in which typeface, on which board, and how it hangs in the photo."""
