"""What training minimises: outputs as they are read, the loss over a batch, and metrics."""
