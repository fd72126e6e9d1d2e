"""The sources of the lights that revision 0003 adds."""

SCOPES = dict.fromkeys(("opinion", "commitment", "school_life"), "SELECT {r}.booklet_id")
