"""Records -> what a panel, a report or a notebook shows; numpy only."""
