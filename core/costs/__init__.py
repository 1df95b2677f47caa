"""What a bill is made of, which part of it is asked for, and how two parts compare."""
