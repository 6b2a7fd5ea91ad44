"""What is said to people, built once and free of any platform."""
