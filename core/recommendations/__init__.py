"""What could cost less: rules that judge one resource each, and the plan that their findings make together."""
