"""What Cloud Pioneer knows: values in, values out; no clock, disk, network or log."""
