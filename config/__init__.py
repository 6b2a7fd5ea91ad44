"""Settings, the plan file loader, the manifest and the shipped plan."""
