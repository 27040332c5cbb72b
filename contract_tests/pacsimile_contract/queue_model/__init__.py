"""Engine 4: generated histories of the queue, compared with a reference model.

`machine` draws acts (`acts`), `player` performs them, and what came of it is recorded as labelled exchanges. `reading`
makes events of them, `judge` compares each with the reference (`reference.Books`) and finds the rule that is broken,
`blame` the requirement it belongs to, `telling` tells it as a story. All of these are pure; only the player asks.
"""
