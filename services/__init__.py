"""What people do: one function for each verb of a dispatcher."""
