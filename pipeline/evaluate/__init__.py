"""How good a reward model's answers are. Pure: answers in, figures out; whoever gave the answers."""
