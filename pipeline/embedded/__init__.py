"""What runs inside the product: the broker, and the tree of processes."""
