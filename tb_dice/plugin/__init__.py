"""The Dice tab of TensorBoard."""
