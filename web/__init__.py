"""The pages and the JSON API: doors that call one use case and present what it says."""
