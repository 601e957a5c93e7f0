"""What was measured: collectors, and the measurement result with its uncertainty and its decision rule."""
