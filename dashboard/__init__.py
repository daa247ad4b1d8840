"""What people see: pages, map layers, and the routes that feed them."""
