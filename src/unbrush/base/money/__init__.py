"""Money: whose it is, who pays whom, and what is the price coming back."""
