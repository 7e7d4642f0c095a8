"""What touches the network. Importing this room imports nothing: Twisted takes its time."""
