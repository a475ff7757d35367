"""Public cases, one file each: markets built from the numbers that were published about them."""
