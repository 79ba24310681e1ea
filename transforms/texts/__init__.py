"""Text in any script: cleaned, divided into words and lines, compared."""
