"""Generated histories of the queue, compared with a reference model.

`generation.queue_machine` draws acts (`acts`), `generation.queue_player` performs them, and their answers are recorded
as labelled exchanges. `recorded_histories` turns these into events, `judge` compares each event with the reference
(`reference.Books`) and finds the rule that is broken, `blame` names its requirement, and `narrative` puts the history
into lines for a reader. All modules here are pure: only the player sends requests.
"""
