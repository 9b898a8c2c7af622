"""Pictures that show what a model sees and says."""
