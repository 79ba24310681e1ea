"""Who runs it: graph, recipes, command line, storage, report."""
