"""The case folder on disk: reading it, freezing the package, the record, and the order of steps."""
