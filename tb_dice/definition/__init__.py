"""What a Dice is: the questions, their answers, and the named variants; no arrays."""
