"""The private PostgreSQL cluster: its programs, its folder, its processes, its roles."""
