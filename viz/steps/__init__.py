"""Forward and backward, one step at a time: frames, the stepper's page, the animation."""
