"""Use cases behind rights, for the pages and the API alike: who asks comes first."""
